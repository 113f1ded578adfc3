import { html, useState } from './html.js';

/** A button for what cannot be undone: it asks once more, in place. */
export function ConfirmButton({ title, question, onConfirm, disabled }) {
  const [isAsked, setAsked] = useState(false);
  const yes = () => {
    setAsked(false);
    onConfirm();
  };
  return isAsked
    ? html`<span class="confirm" role="group" aria-label=${question}>
        <span>${question}</span>
        <button type="button" class="danger" onClick=${yes}>${title}</button>
        <button type="button" onClick=${() => setAsked(false)}>Keep</button>
      </span>`
    : html`<button type="button" disabled=${disabled} onClick=${() => setAsked(true)}>${title}</button>`;
}
