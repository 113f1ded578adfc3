import { html } from './html.js';
import { icon } from './icons.js';
import { kinds, nameOf } from '../lib/shapes.js';

/** The shapes by kind, and a button for another one of each. */
export function ShapeList({ shapes, selected, onSelect, onDraw }) {
  return Object.entries(kinds).map(
    ([kind, { title, one }]) => html`<section class="shapes">
    <div class="bar"><h2 class="grow">${title}</h2>
      <button type="button" class="small" aria-label=${`Draw: ${one}`} onClick=${() => onDraw(kind)}>
        ${icon('add')}Draw</button></div>
    <ul>${shapes.map(
      (shape, index) =>
        shape.kind === kind &&
        html`<li><button type="button" aria-pressed=${String(index === selected)}
      onClick=${() => onSelect(index)}>${nameOf(shapes, index)}</button></li>`,
    )}</ul>
  </section>`,
  );
}
