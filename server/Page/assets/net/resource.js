import { useCallback, useEffect, useState } from '../vendor/preact.js';
import { ask } from './api.js';

/**
 * Reads a path of the API, and again every so many milliseconds while the page is visible.
 * @returns {{data: any, etag: string | null, error: Error | null, reload: () => void}}
 */
export function useResource(path, every = 0) {
  const [state, setState] = useState({ data: null, etag: null, error: null });
  const [turn, setTurn] = useState(0);
  const reload = useCallback(() => setTurn((n) => n + 1), []);

  // Another path is another thing: nothing of the old one is shown for it.
  useEffect(() => setState({ data: null, etag: null, error: null }), [path]);
  useEffect(() => {
    if (!path) {
      return undefined;
    }

    const abort = new AbortController();
    let timer = 0;
    const read = async () => {
      try {
        if (!document.hidden) {
          const answer = await ask(path, { signal: abort.signal });
          setState({ ...answer, error: null });
        }
      } catch (error) {
        if (!abort.signal.aborted) {
          setState((old) => ({ ...old, error }));
        }
      }

      if (every > 0 && !abort.signal.aborted) {
        timer = setTimeout(read, every);
      }
    };
    read();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [path, every, turn]);
  return { ...state, reload };
}
