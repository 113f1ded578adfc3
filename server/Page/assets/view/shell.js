import { html, useEffect, useRef } from './html.js';
import { icon } from './icons.js';
import { useNow } from './now.js';
import { route } from './router.js';
import { ThemeSwitch } from './theme.js';
import { isSignedIn, setSignedIn } from '../net/signed-in.js';
import { connection } from '../net/live.js';
import { useStore } from '../net/store.js';

const pages = [
  ['/', 'Wall', 'wall'],
  ['/events', 'Events', 'events'],
  ['/system', 'System', 'system'],
  ['/settings', 'Settings', 'settings'],
];

/** What stands around each page. */
export function Shell({ title, children }) {
  const path = useStore(route);
  const main = useRef(null);
  const isFirst = useRef(true);
  useEffect(() => {
    document.title = `${title} · streaming`;
    // A reader of the screen learns that the page has changed; at the start the browser tells by itself.
    if (!isFirst.current) {
      main.current.focus({ preventScroll: true });
    }

    isFirst.current = false;
  }, [path]);
  return html`
    <a class="skip" href="#main" onClick=${(event) => (event.preventDefault(), main.current.focus())}>Skip to the content</a>
    <header class="top">
      <a class="brand" href="/" aria-label="streaming: the wall"><img src="/assets/icon.svg" alt="" width="26" height="26" />
        <span>streaming</span></a>
      <nav aria-label="Pages">
        ${pages.map(
          ([href, name, drawing]) => html`<a href=${href} aria-current=${isOn(path, href) ? 'page' : undefined}>
          ${icon(drawing)}<span>${name}</span></a>`,
        )}
      </nav>
      <div class="tools">
        <${ThemeSwitch} />
        <${SignOut} />
      </div>
    </header>
    <${Connection} />
    <main id="main" tabindex="-1" ref=${main} aria-label=${title}>${children}</main>`;
}

function SignOut() {
  return (
    isSignedIn() &&
    html`<form method="post" action="/logout" onSubmit=${() => setSignedIn(false)}>
    <button class="icon" title="Sign out" aria-label="Sign out">${icon('leave')}</button></form>`
  );
}

function Connection() {
  const { isOpen, retryAt, wasOpen } = useStore(connection);
  const isLost = !isOpen && retryAt > 0;
  const seconds = Math.max(0, Math.ceil((retryAt - useNow(isLost)) / 1000));
  return html`<div role="status">${
    isLost &&
    html`<p class="banner">
    ${wasOpen ? 'The connection to the server is lost.' : 'The server does not answer.'}
    ${seconds > 0 ? ` Next try in ${seconds} s.` : ' Trying again…'}</p>`
  }</div>`;
}

const isOn = (path, href) => path === href || (href === '/' && path.startsWith('/camera/'));
