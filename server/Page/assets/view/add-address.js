import { html, useRef, useState } from './html.js';
import { useAction } from './action.js';
import { Discover } from './discover.js';
import { ProblemNote } from './problem.js';
import { kindText } from '../lib/event-text.js';
import { ask } from '../net/api.js';

/** A camera by its address: it can be tried before it is added. */
export function AddAddress({ onAdd }) {
  const [address, setAddress] = useState('rtsp://');
  const field = useRef(null);
  const [form, setForm] = useState({ id: '', user: '', password: '', track: true });
  const [found, setFound] = useState(null);
  const { isBusy, error, act } = useAction();
  const set = (key) => (event) => setForm({ ...form, [key]: event.currentTarget.value });
  const access = form.user ? { user: form.user, password: form.password } : {};
  const choose = (found) => {
    setAddress(found);
    field.current.focus();
  };
  const probe = () =>
    act(async () => {
      setFound(null);
      setFound((await ask('probe', { method: 'POST', json: { input: address, ...access } })).data);
    });
  const submit = (event) => {
    event.preventDefault();
    act(() =>
      onAdd({
        ...(form.id ? { id: form.id } : {}),
        input: address,
        ...access,
        ...(form.track ? { track: 'bytetrack' } : {}),
      }),
    );
  };
  return html`<form class="card choice" onSubmit=${submit}>
    <h2>A camera</h2>
    <label>Address<input required value=${address} placeholder="rtsp://192.168.1.20/stream1" autocomplete="off"
      spellcheck=${false} ref=${field} onInput=${(event) => setAddress(event.currentTarget.value)} /></label>
    <div class="fields two">
      <label>User<input value=${form.user} autocomplete="off" onInput=${set('user')} /></label>
      <label>Password<input type="password" value=${form.password}
        autocomplete="new-password" onInput=${set('password')} /></label>
    </div>
    <label>Name<input value=${form.id} placeholder="made of the address" onInput=${set('id')} /></label>
    <label class="check"><input type="checkbox" checked=${form.track}
      onChange=${(event) => setForm({ ...form, track: event.currentTarget.checked })} />
      Follow objects; zones and lines need it</label>
    ${
      found &&
      html`<div class="note ok" role="status"><div><p>It answers.</p><dl class="facts">${Object.entries(found)
        .filter(([, value]) => value !== null && typeof value !== 'object')
        .map(([key, value]) => html`<div><dt>${kindText(key)}</dt><dd>${shown(value)}</dd></div>`)}</dl></div></div>`
    }
    <${ProblemNote} error=${error} />
    <div class="bar end">
      <button type="button" disabled=${isBusy} onClick=${probe}>${isBusy ? 'Trying…' : 'Try it'}</button>
      <button disabled=${isBusy}>Add</button></div>
    <${Discover} onChoose=${choose} />
  </form>`;
}

const shown = (value) => (typeof value === 'number' ? String(Math.round(value * 10) / 10) : String(value));
