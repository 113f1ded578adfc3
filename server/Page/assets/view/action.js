import { useEffect, useRef, useState } from './html.js';

/**
 * Runs something that takes a while, once at a time, and keeps its error to be shown.
 * @returns {{isBusy: boolean, error: Error | null, act: (work: () => Promise<void>) => Promise<void>, clear: () => void}}
 */
export function useAction() {
  const [state, setState] = useState({ isBusy: false, error: null });
  const isThere = useRef(true);
  useEffect(() => () => (isThere.current = false), []);
  const set = (value) => isThere.current && setState(value);
  const act = async (work) => {
    set({ isBusy: true, error: null });
    try {
      await work();
      set({ isBusy: false, error: null });
    } catch (error) {
      set({ isBusy: false, error });
    }
  };
  return { ...state, act, clear: () => set({ isBusy: false, error: null }) };
}
