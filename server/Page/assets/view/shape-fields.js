import { Draft } from './draft.js';
import { html } from './html.js';
import { icon } from './icons.js';
import { crossesItself } from '../lib/geometry.js';
import { kinds } from '../lib/shapes.js';

/** The settings of one zone, line or area. */
export function ShapeFields({ shapes, index, classes, onChange, onRemove }) {
  const { kind, entry, points } = shapes[index];
  const set = (key, value) => {
    const { [key]: _, ...rest } = entry;
    // A new key stands last; a changed one keeps its place.
    onChange(value === undefined ? rest : { ...entry, [key]: value });
  };
  return html`<fieldset class="fields">
    <legend>${kinds[kind].one}</legend>
    ${
      kinds[kind].named &&
      html`<label>Name<${Draft} value=${entry.name} required maxlength="60"
      onCommit=${(text) => text.trim() && set('name', text.trim())} /></label>`
    }
    ${kind === 'lines' && html`<${Directions} entry=${entry} set=${set} />`}
    ${
      kinds[kind].named &&
      html`<label>Classes<${Draft} value=${[entry.classes ?? []].flat().join(', ')} list="classes" placeholder="all"
      onCommit=${(text) => set('classes', listOf(text))} /></label>
      <datalist id="classes">${classes.map((name) => html`<option value=${name} />`)}</datalist>`
    }
    ${
      kind === 'zones' &&
      html`<label>Loitering after (seconds)<${Draft} type="number" min="0.1" step="any" value=${entry.loitering_s ?? ''}
      placeholder="never" onCommit=${(text) => set('loitering_s', Number(text) || undefined)} /></label>`
    }
    ${kind !== 'lines' && crossesItself(points) && html`<p class="note warn">${icon('warning')}Its edges cross each other.</p>`}
    <button type="button" class="danger" onClick=${onRemove}>Remove this ${kinds[kind].one}</button>
  </fieldset>`;
}

function Directions({ entry, set }) {
  const [along, back] = entry.directions ?? ['in', 'out'];
  return html`<label>Along the arrow<${Draft} value=${along}
      onCommit=${(text) => set('directions', [text.trim() || 'in', back])} /></label>
    <label>Against the arrow<${Draft} value=${back}
      onCommit=${(text) => set('directions', [along, text.trim() || 'out'])} /></label>`;
}

function listOf(text) {
  const names = text
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
  return names.length > 0 ? names : undefined;
}
