import { html, useState } from '../view/html.js';
import { useAction } from '../view/action.js';
import { useAreas } from '../view/areas.js';
import { CameraCharts } from '../view/camera-charts.js';
import { CameraEvents } from '../view/camera-events.js';
import { CameraFacts } from '../view/camera-facts.js';
import { icon } from '../view/icons.js';
import { LayerBar } from '../view/layer-bar.js';
import { Picture } from '../view/picture.js';
import { ProblemNote } from '../view/problem.js';
import { SourceSettings } from '../view/source-settings.js';
import { ZoneEditor } from '../view/zone-editor.js';
import { nextTry, stateOf } from '../lib/source-text.js';
import { apiUrl, ask, sourcePath } from '../net/api.js';
import { isAdmin, sourceOf } from '../net/run.js';

/** One camera: its picture, its last hour, its events, its zones and settings. */
export function Page({ status, id }) {
  const source = sourceOf(status, id);
  return source
    ? html`<${Camera} key=${id} source=${source} status=${status} />`
    : html`<div class="empty"><h1>There is no camera “${id}”</h1><p class="muted">It may have been removed or renamed.</p>
        <a class="button" href="/">To the wall</a></div>`;
}

function Camera({ source, status }) {
  const [isEditing, setEditing] = useState(false);
  const { areas, counts, reload } = useAreas(source, true, 2000);
  const done = () => {
    setEditing(false);
    reload();
  };
  return html`<${Heading} source=${source} isAdmin=${isAdmin(status)} isEditing=${isEditing} onEdit=${() => setEditing(true)} />
    ${
      isEditing
        ? html`<${ZoneEditor} source=${source} classes=${status.model.classes} onDone=${done} />`
        : html`<div class="camera">
        <div class="grow">
          <div class="stage" style=${{ '--aspect': source.width ? source.width / source.height : 16 / 9 }}>
            <${Picture} id=${source.id} size="full" areas=${areas} label=${`Live picture of ${source.id}`} />
            <${Why} source=${source} />
          </div>
          <div class="bar layers"><${LayerBar} /></div>
        </div>
        <aside><${CameraFacts} source=${source} counted=${counts} /></aside>
      </div>`
    }
    <${CameraEvents} id=${source.id} />
    <h2>The last hour</h2>
    <${CameraCharts} id=${source.id} />
    <${SourceSettings} id=${source.id} isAdmin=${isAdmin(status)} onSaved=${reload} />`;
}

function Heading({ source, isAdmin: mayChange, isEditing, onEdit }) {
  const { isBusy, error, act } = useAction();
  const state = stateOf(source);
  const isPaused = source.state === 'paused';
  const pause = () => act(() => ask(sourcePath(source.id, isPaused ? '/resume' : '/pause'), { method: 'POST' }));
  return html`<div class="bar">
      <a class="button icon" href="/" aria-label="Back to the wall" title="Back to the wall">${icon('back')}</a>
      <h1>${source.id}</h1>
      <span class=${`state ${state.tone}`}><span class=${`dot ${state.tone}`}></span>${state.label}</span>
      <span class="grow"></span>
      ${
        mayChange &&
        !isEditing &&
        html`
        <button type="button" onClick=${onEdit} disabled=${!source.width}>${icon('shape')}Zones and lines</button>
        <button type="button" onClick=${pause} disabled=${isBusy}>
          ${isPaused ? html`${icon('play')}Resume` : html`${icon('pause')}Pause`}</button>`
      }
      <a class="button" href=${apiUrl(sourcePath(source.id, '/snapshot.jpg?drawn=1'))} target="_blank" rel="noopener">
        ${icon('picture')}Snapshot</a>
    </div>
    <${ProblemNote} error=${error} />`;
}

function Why({ source }) {
  const { label, why } = stateOf(source);
  return why && html`<div class="why"><strong>${label}</strong><p>${why}</p><p>${nextTry(source)}</p></div>`;
}
