import { duration, total } from './format.js';

/**
 * What the page says of a source's state.
 * @returns {{tone: 'ok'|'warn'|'bad'|'idle', label: string, why: string}} `why` is empty while it runs
 */
export function stateOf(source) {
  const error = source.last_error ? sentence(source.last_error) : '';
  switch (source.state) {
    case 'running':
      return { tone: source.age_s > 5 ? 'warn' : 'ok', label: 'Running', why: '' };
    case 'opening':
      return { tone: 'idle', label: 'Opening', why: 'Waiting for the first picture.' };
    case 'paused':
      return { tone: 'idle', label: 'Paused', why: 'Nothing is read until it is resumed.' };
    case 'ended':
      return { tone: 'idle', label: 'Ended', why: 'All of it has been read.' };
    case 'failed':
      return { tone: 'bad', label: 'Failed', why: error || 'It ended with an error.' };
    case 'reconnecting':
      return { tone: 'bad', label: 'No picture', why: error || 'The connection was lost.' };
    default:
      return { tone: 'idle', label: source.state ?? 'Unknown', why: error };
  }
}

/** "Next try in 8 s", or an empty text. */
export function nextTry(source) {
  return source.state === 'reconnecting' && source.next_try_s != null
    ? source.next_try_s < 1
      ? 'Trying again now.'
      : `Next try in ${duration(Math.round(source.next_try_s)).replace('.0', '')}.`
    : '';
}

export const drops = (source) => total(source.frames_dropped);

export const failures = (source) => total(source.frames_failed);

const sentence = (text) => (/[.!?]$/.test(text) ? text : `${text}.`);
