import { html } from '../view/html.js';
import { useAction } from '../view/action.js';
import { ConfirmButton } from '../view/confirm-button.js';
import { icon } from '../view/icons.js';
import { ProblemNote } from '../view/problem.js';
import { RunFile } from '../view/run-file.js';
import { plural } from '../lib/format.js';
import { stateOf } from '../lib/source-text.js';
import { ask, sourcePath } from '../net/api.js';
import { isAdmin, run, takeSources } from '../net/run.js';

/** The cameras and the run file. */
export function Page({ status }) {
  const mayChange = isAdmin(status);
  return html`<div class="bar"><h1 class="grow">Settings</h1></div>
    <section class="card" aria-label="Cameras">
      <div class="bar"><h2 class="grow">${plural(status.sources.length, 'camera')}</h2>
        ${mayChange && html`<a class="button primary" href="/add">${icon('add')}Add a camera</a>`}</div>
      <ul class="rows">${status.sources.map(
        (source) => html`<${Row} key=${source.id} source=${source} mayChange=${mayChange} />`,
      )}</ul>
    </section>
    <${RunFile} mayChange=${mayChange} />`;
}

function Row({ source, mayChange }) {
  const { isBusy, error, act } = useAction();
  const { tone, label } = stateOf(source);
  const isPaused = source.state === 'paused';
  const pause = () => act(() => ask(sourcePath(source.id, isPaused ? '/resume' : '/pause'), { method: 'POST' }));
  const remove = () =>
    act(async () => {
      await ask(sourcePath(source.id), { method: 'DELETE' });
      takeSources(run.get().sources.filter(({ id }) => id !== source.id));
    });
  return html`<li>
    <span class=${`dot ${tone}`}></span>
    <a class="name" href=${`/camera/${encodeURIComponent(source.id)}`}>${source.id}</a>
    <span class="muted grow path">${source.location}</span>
    <span class="muted">${label}</span>
    ${
      mayChange &&
      html`<button type="button" disabled=${isBusy} onClick=${pause}>${isPaused ? 'Resume' : 'Pause'}</button>
      <${ConfirmButton} title="Remove" question=${`Remove ${source.id}?`} disabled=${isBusy} onConfirm=${remove} />`
    }
    <${ProblemNote} error=${error} />
  </li>`;
}
