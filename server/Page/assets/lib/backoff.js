/**
 * Seconds to wait before try number `attempt` (from 0): doubled each time up to 15, and spread, so that viewers do not all come
 * at once.
 */
export function backoff(attempt, random = Math.random()) {
  return Math.min(15, 0.5 * 2 ** Math.min(attempt, 10)) * (0.75 + random / 2);
}
