import { html } from './html.js';
import { icon } from './icons.js';

/** What went wrong: the server's sentence, and the single errors when there are several. */
export function ProblemNote({ error, children }) {
  return (
    error &&
    html`<div class="note bad" role="alert">
    ${icon('error')}
    <div>
      <p>${error.message}</p>
      ${error.errors?.length > 1 && html`<ul>${error.errors.map((one) => html`<li>${one}</li>`)}</ul>`}
      ${children}
    </div>
  </div>`
  );
}
