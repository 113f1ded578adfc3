import { html, useEffect, useRef } from './html.js';
import { icon } from './icons.js';

/** A modal dialog: the browser keeps the focus in it, and gives it back. */
export function Dialog({ title, onClose, children, onKeyDown }) {
  const dialog = useRef(null);
  useEffect(() => {
    dialog.current.showModal();
    return () => dialog.current?.close();
  }, []);
  const outside = (event) => event.target === dialog.current && onClose();
  return html`<dialog ref=${dialog} aria-label=${title} onClose=${onClose} onClick=${outside} onKeyDown=${onKeyDown}>
    <header><h2>${title}</h2>
      <button type="button" class="icon" aria-label="Close" onClick=${onClose}>${icon('close')}</button></header>
    ${children}
  </dialog>`;
}
