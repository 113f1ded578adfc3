import { html } from './html.js';
import { useAreas } from './areas.js';
import { Picture } from './picture.js';
import { prefs } from './prefs.js';
import { count, duration, plural, rate } from '../lib/format.js';
import { drops, nextTry, stateOf } from '../lib/source-text.js';
import { useStore } from '../net/store.js';

/** One camera of the wall. */
export function Tile({ source }) {
  const { layers } = useStore(prefs);
  const { areas } = useAreas(source, layers.zones);
  const state = stateOf(source);
  return html`<article class=${`tile ${state.why ? 'still' : ''}`} aria-label=${source.id}>
    <div class="screen">
      <${Picture} id=${source.id} size="tile" areas=${areas} label=${`${source.id}: ${plural(source.objects ?? 0, 'object')}`} />
      ${state.why && html`<div class="why"><strong>${state.label}</strong><p>${state.why}</p><p>${nextTry(source)}</p></div>`}
    </div>
    <footer>
      <span class=${`dot ${state.tone}`} title=${state.label}></span>
      <a class="name" href=${`/camera/${encodeURIComponent(source.id)}`}>
        ${source.id}<span class="hidden">, ${state.label}</span></a>
      <dl class="figures">
        <div title="Results a second"><dt>Results</dt><dd>${rate(source.rate)}</dd></div>
        <div title="Age of the newest result"><dt>Age</dt><dd>${duration(source.age_s)}</dd></div>
        <div title="Frames dropped" class=${drops(source) > 0 ? 'some' : ''}><dt>Drops</dt><dd>${count(drops(source))}</dd></div>
      </dl>
    </footer>
  </article>`;
}
