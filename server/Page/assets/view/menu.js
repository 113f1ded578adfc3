import { html, useEffect, useRef } from './html.js';

/** A button that opens a small panel; Escape, a click elsewhere or the button close it. */
export function Menu({ title, label, children }) {
  const menu = useRef(null);
  useEffect(() => {
    const close = (event) => {
      const isInside = menu.current.contains(event.target);
      if (menu.current.open && (event.type === 'keydown' ? event.key === 'Escape' : !isInside)) {
        menu.current.open = false;
        if (event.type === 'keydown' && isInside) {
          menu.current.firstElementChild.focus();
        }
      }
    };
    document.addEventListener('pointerdown', close);
    document.addEventListener('keydown', close);
    return () => {
      document.removeEventListener('pointerdown', close);
      document.removeEventListener('keydown', close);
    };
  }, []);
  return html`<details class="menu" ref=${menu}>
    <summary class="button" aria-label=${label}>${title}</summary>
    <div class="panel">${children}</div>
  </details>`;
}
