import { backoff } from '../lib/backoff.js';
import { parseMessage } from '../lib/message.js';
import { readStatus, takeSources } from './run.js';
import { createStore } from './store.js';

/** The state of the connection: `isOpen`, and when not, `retryAt` (ms) once it is known. */
export const connection = createStore({ isOpen: false, retryAt: 0, wasOpen: false });

const watchers = new Map();
const eventReaders = new Set();
let socket = null;
let attempt = 0;
let isQueued = false;

/**
 * Watches a source until the returned function is called.
 * @param {string} id
 * @param {'tile'|'full'} size
 * @param {(message: {header: object, jpeg: Uint8Array}) => void} receive
 */
export function watch(id, size, receive) {
  const watcher = { size, receive };
  watchers.set(id, [...(watchers.get(id) ?? []), watcher]);
  tellWatched();
  return () => {
    const rest = watchers.get(id).filter((other) => other !== watcher);
    rest.length > 0 ? watchers.set(id, rest) : watchers.delete(id);
    tellWatched();
  };
}

/** Tells that a picture was drawn, so that the server sends further ones. */
export function acknowledge(id, n) {
  send({ ack: { id, n } });
}

/** Calls back with each event that arrives, until the returned function is called. */
export function onEvent(reader) {
  eventReaders.add(reader);
  return () => eventReaders.delete(reader);
}

/** Connects, and stays connected. */
export function connect() {
  const opened = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/api/v1/live`);
  opened.binaryType = 'arraybuffer';
  opened.onopen = () => {
    socket = opened;
    attempt = 0;
    connection.set({ isOpen: true, retryAt: 0, wasOpen: true });
    tellWatched();
  };
  opened.onmessage = ({ data }) => (typeof data === 'string' ? receiveText(data) : receivePicture(data));
  opened.onclose = () => {
    socket = null;
    const wait = backoff(attempt++) * 1000;
    connection.set({ ...connection.get(), isOpen: false, retryAt: Date.now() + wait });
    setTimeout(reconnect, wait);
  };
}

async function reconnect() {
  try {
    // Says why, when the server refuses: a session that is over leads to the login.
    await readStatus();
  } catch {
    // The connection is tried nevertheless, and its failure waits longer.
  }

  connect();
}

document.addEventListener('visibilitychange', tellWatched);

// What is watched changes many times while a page is built; it is told once, after that.
function tellWatched() {
  if (!isQueued) {
    isQueued = true;
    queueMicrotask(() => {
      isQueued = false;
      send({ watch: document.hidden ? [] : [...watchers].map(([id, all]) => ({ id, size: largest(all) })) });
    });
  }
}

const largest = (all) => (all.some((watcher) => watcher.size === 'full') ? 'full' : 'tile');

function send(message) {
  if (socket?.readyState === WebSocket.OPEN) {
    socket.send(JSON.stringify(message));
  }
}

function receivePicture(data) {
  const message = parseMessage(data);
  if (message && !document.hidden) {
    watchers.get(message.header.id)?.forEach((watcher) => watcher.receive(message));
  }
}

function receiveText(text) {
  const message = JSON.parse(text);
  if (message.type === 'status') {
    takeSources(message.sources);
  } else if (message.type === 'event') {
    eventReaders.forEach((reader) => reader(message.event));
  }
}
