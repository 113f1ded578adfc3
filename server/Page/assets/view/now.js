import { useEffect, useState } from './html.js';

/** The time of day in ms, anew each second while it is wanted. */
export function useNow(isWanted = true) {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    if (!isWanted) {
      return undefined;
    }

    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [isWanted]);
  return now;
}
