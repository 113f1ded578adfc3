import { html, useEffect, useState } from './html.js';
import { useAction } from './action.js';
import { ProblemNote } from './problem.js';
import { plural } from '../lib/format.js';
import { ask } from '../net/api.js';

/** The run file as a text. Saving checks it, writes it and applies it; what is wrong is told before anything is written. */
export function RunFile({ mayChange }) {
  const [base, setBase] = useState(null);
  const [text, setText] = useState('');
  const [result, setResult] = useState('');
  const { isBusy, error, act } = useAction();
  const load = () =>
    act(async () => {
      const { data, etag } = await ask('run-file');
      setBase({ text: data, etag });
      setText(data);
    });
  useEffect(() => {
    load();
  }, []);
  const save = () =>
    act(async () => {
      setResult('');
      const { data } = await ask('run-file', {
        method: 'PUT',
        body: text,
        type: 'application/yaml',
        ifMatch: base.etag,
      });
      await load();
      setResult(told(data));
    });
  const keys = (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === 's') {
      event.preventDefault();
      save();
    }
  };
  return html`<section class="card" aria-label="Run file">
    <h2>Run file</h2>
    <p class="muted">All that the program does, as it stands in the file. Passwords show asterisks; left so,
      they stay as they are.</p>
    ${
      base &&
      html`<textarea class="code" rows="24" spellcheck=${false} readonly=${!mayChange} value=${text} aria-label="Run file"
      onInput=${(event) => setText(event.currentTarget.value)} onKeyDown=${keys}></textarea>`
    }
    <${ProblemNote} error=${error}>
      ${error?.status === 409 && html`<button type="button" onClick=${load}>Load what is there now</button>`}
    <//>
    ${
      base &&
      mayChange &&
      html`<div class="bar">
      <button type="button" class="primary" disabled=${isBusy || text === base.text} onClick=${save}>Check and save</button>
      <button type="button" disabled=${text === base.text} onClick=${() => setText(base.text)}>Discard</button>
      <span role="status" class="muted">${result}</span></div>`
    }
  </section>`;
}

function told({ added = [], changed = [], removed = [], needs_restart: restart = [] }) {
  const parts = [
    [added, 'added'],
    [changed, 'changed'],
    [removed, 'removed'],
  ]
    .filter(([names]) => names.length > 0)
    .map(([names, what]) => `${plural(names.length, 'camera')} ${what}`);
  const later = restart.length > 0 ? ` A restart is needed for: ${restart.join(', ')}.` : '';
  return `Saved${parts.length > 0 ? `: ${parts.join(', ')}` : ''}.${later}`;
}
