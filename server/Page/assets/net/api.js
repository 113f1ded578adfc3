const root = '/api/v1/';

/** What the server answers when it says no: `message` is a sentence for people. */
export class Problem extends Error {
  constructor(status, { title, detail, errors } = {}) {
    super(detail ?? title ?? `The server answers ${status}.`);
    this.status = status;
    this.errors = errors ?? [];
  }
}

/**
 * Asks the API.
 * @param {string} path below /api/v1/
 * @param {{method?: string, json?: unknown, body?: BodyInit, type?: string, ifMatch?: string, signal?: AbortSignal}} options
 * @returns {Promise<{data: any, etag: string | null}>} `data` is an object for JSON, otherwise a text
 * @throws {Problem}
 */
export async function ask(path, { method = 'GET', json, body, type, ifMatch, signal } = {}) {
  const headers = new Headers();
  if (json !== undefined) {
    headers.set('Content-Type', method === 'PATCH' ? 'application/merge-patch+json' : 'application/json');
  } else if (type) {
    headers.set('Content-Type', type);
  }

  if (ifMatch) {
    headers.set('If-Match', ifMatch);
  }

  const answer = await send(root + path, {
    method,
    headers,
    body: json === undefined ? body : JSON.stringify(json),
    signal,
  });
  if (answer.status === 401) {
    location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`);
  }

  if (!answer.ok) {
    throw new Problem(answer.status, await answer.json().catch(() => undefined));
  }

  const isJson = /json/.test(answer.headers.get('Content-Type') ?? '');
  return { data: isJson ? await answer.json() : await answer.text(), etag: answer.headers.get('ETag') };
}

/** The path of a source, and of what is below it. */
export const sourcePath = (id, rest = '') => `sources/${encodeURIComponent(id)}${rest}`;

/** The address of a path of the API: for pictures, downloads and streams. */
export const apiUrl = (path) => root + path;

async function send(url, options) {
  try {
    return await fetch(url, { ...options, credentials: 'same-origin', cache: 'no-cache' });
  } catch (error) {
    if (error.name === 'AbortError') {
      throw error;
    }

    throw new Problem(0, { detail: 'The server does not answer: it was stopped, or the network is down.' });
  }
}
