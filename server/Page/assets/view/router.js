import { createStore } from '../net/store.js';

/** The path that is shown. */
export const route = createStore(location.pathname);

/** Shows another page of this program. */
export function navigate(path) {
  history.pushState(null, '', path);
  scrollTo(0, 0);
  route.set(location.pathname);
}

addEventListener('popstate', () => route.set(location.pathname));

// Links to pages of this program change the page in place; all others are the browser's business.
document.addEventListener('click', (event) => {
  const link = event.target.closest?.('a[href]');
  const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  if (
    link &&
    isPlain &&
    !event.defaultPrevented &&
    !link.target &&
    !link.hasAttribute('download') &&
    link.origin === location.origin &&
    !/^\/(api|assets|login|logout|metrics|status)\b/.test(link.pathname)
  ) {
    event.preventDefault();
    navigate(link.pathname + link.search);
  }
});
