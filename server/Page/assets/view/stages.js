import { html } from './html.js';
import { count, percent } from '../lib/format.js';
import { kindText } from '../lib/event-text.js';

/** How busy each stage is, how much waits for it, and which one limits. */
export function Stages({ stages }) {
  const limit = stages.find((stage) => stage.limit);
  return html`<section class="card" aria-label="Stages"><h2>Where the time goes</h2>
    <p class="muted">${
      limit
        ? `The stage “${kindText(limit.name)}” limits: more frames need it to be faster.`
        : 'No stage is at its limit.'
    }</p>
    <table class="stages">
      <thead><tr><th scope="col">Stage</th><th scope="col">Busy</th><th scope="col">Waiting</th></tr></thead>
      <tbody>${stages.map(
        ({ name, load, queue, limit: isLimit }) => html`<tr class=${isLimit ? 'limit' : ''}>
        <th scope="row">${kindText(name)}</th>
        <td><div class="load"><meter min="0" max="1" high="0.9" optimum="0" value=${load ?? 0}
          aria-label=${`${kindText(name)}: busy`}></meter>
          <span>${percent(load)}</span></div></td>
        <td>${count(queue)}</td></tr>`,
      )}</tbody>
    </table></section>`;
}
