import { Draft } from './draft.js';
import { html, useEffect, useState } from './html.js';
import { useAction } from './action.js';
import { ProblemNote } from './problem.js';
import { mergePatch } from '../lib/merge-patch.js';
import { settingFields, textOf, valueOf, withSetting } from '../lib/setting-fields.js';
import { ask, sourcePath } from '../net/api.js';

/** A source's settings: fields for the usual ones, JSON for all. */
export function SourceSettings({ id, isAdmin, onSaved }) {
  const [base, setBase] = useState(null);
  const [settings, setSettings] = useState(null);
  const [isSaved, setSaved] = useState(false);
  const { isBusy, error, act } = useAction();
  const path = sourcePath(id, '/settings');
  const load = () =>
    act(async () => {
      const { data, etag } = await ask(path);
      setBase({ settings: data.settings, etag });
      setSettings(data.settings);
    });
  useEffect(() => {
    load();
  }, [id]);
  const save = (event) => {
    event.preventDefault();
    act(async () => {
      await ask(path, { method: 'PATCH', json: mergePatch(base.settings, settings), ifMatch: base.etag });
      await load();
      setSaved(true);
      onSaved();
    });
  };
  const change = (next) => {
    setSettings(next);
    setSaved(false);
  };
  const isChanged = base && JSON.stringify(settings) !== JSON.stringify(base.settings);
  return html`<details class="card section" onToggle=${(event) => event.currentTarget.open && !isChanged && load()}>
    <summary><h2>Settings</h2></summary>
    ${
      base &&
      html`<form onSubmit=${save}>
      <div class="fields two">${settingFields.map(
        (field) => html`<${Field} field=${field} value=${settings[field.key]} isFixed=${!isAdmin}
        onChange=${(value) => change(withSetting(settings, field.key, value))} />`,
      )}</div>
      <${AllAsJson} settings=${settings} isFixed=${!isAdmin} onChange=${change} />
      <${ProblemNote} error=${error}>
        ${error?.status === 409 && html`<button type="button" onClick=${load}>Load what is there now</button>`}
      <//>
      ${
        isAdmin &&
        html`<div class="bar">
        <button class="primary" disabled=${!isChanged || isBusy}>Save</button>
        <button type="button" disabled=${!isChanged} onClick=${() => setSettings(base.settings)}>Discard</button>
        <span role="status" class="muted">${isSaved ? 'Saved; the camera goes on with it.' : ''}</span>
      </div>`
      }
    </form>`
    }
    ${!base && html`<${ProblemNote} error=${error} />`}
  </details>`;
}

function Field({ field, value, isFixed, onChange }) {
  const { key, title, type, help, choices, least, most } = field;
  const changed = (text) => onChange(valueOf(field, text));
  return html`<label>${title}
    ${
      type === 'choice'
        ? html`<select value=${value ?? ''} disabled=${isFixed}
          onChange=${(event) => changed(event.currentTarget.value)}>
          <option value="">usual</option>${choices.map((name) => html`<option value=${name}>${name}</option>`)}</select>`
        : html`<${Draft} name=${key} value=${textOf(value)} disabled=${isFixed} autocomplete="off" step="any"
          min=${least} max=${most} type=${type === 'list' ? 'text' : type} onCommit=${changed} />`
    }
    ${help && html`<span class="muted small">${help}</span>`}</label>`;
}

function AllAsJson({ settings, isFixed, onChange }) {
  const [fault, setFault] = useState('');
  const changed = (text) => {
    try {
      onChange(JSON.parse(text));
      setFault('');
      return true;
    } catch (error) {
      setFault(`This is no JSON: ${error.message}`);
      return false;
    }
  };
  return html`<details><summary>All settings as JSON</summary>
    <${Draft} tag="textarea" class="code" rows="12" spellcheck=${false} readonly=${isFixed} onCommit=${changed}
      value=${JSON.stringify(settings, null, 2)} aria-label="All settings as JSON" />
    <p class="bad" role="alert">${fault}</p></details>`;
}
