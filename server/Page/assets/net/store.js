import { useEffect, useState } from '../vendor/preact.js';

/** A value that tells its readers when it changes. */
export function createStore(value) {
  const readers = new Set();
  return {
    get: () => value,
    set(next) {
      value = next;
      readers.forEach((reader) => reader(value));
    },
    subscribe(reader) {
      readers.add(reader);
      return () => readers.delete(reader);
    },
  };
}

/** Renders a component anew when a store changes. */
export function useStore(store) {
  const [value, setValue] = useState(store.get());
  useEffect(() => {
    setValue(store.get());
    return store.subscribe(setValue);
  }, [store]);
  return value;
}
