import { createStore } from '../net/store.js';

/** The names of the classes that were seen since the page was opened. */
export const seenClasses = createStore([]);

/** Remembers what was seen. */
export function noteClasses(detections) {
  const known = seenClasses.get();
  const fresh = new Set(detections.map(({ category }) => category).filter((name) => !known.includes(name)));
  if (fresh.size > 0) {
    seenClasses.set([...known, ...fresh].sort());
  }
}
