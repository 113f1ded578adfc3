import { apiUrl } from './api.js';

/** Calls back with each new event (server-sent), until the returned function is called. The browser reconnects by itself. */
export function followEvents(receive) {
  const stream = new EventSource(apiUrl('events/stream'));
  stream.onmessage = ({ data }) => receive(JSON.parse(data));
  return () => stream.close();
}
