import { ask } from './api.js';
import { createStore } from './store.js';

/** What is known of the run: null until the server has answered; `sources` are renewed each second by the live connection. */
export const run = createStore(null);

/** Reads the whole status: at the start, and after the connection was lost. */
export async function readStatus() {
  const { data } = await ask('status');
  run.set(data);
  return data;
}

/** Takes the sources of a status message, and those that a change has answered. */
export function takeSources(sources) {
  run.set({ ...(run.get() ?? { model: { classes: [] }, role: 'view' }), sources });
}

export const isAdmin = (status) => status?.role === 'admin';

export const classesOf = (status) => status?.model?.classes ?? [];

export const sourceOf = (status, id) => status?.sources?.find((source) => source.id === id);
