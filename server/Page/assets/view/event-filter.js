import { Draft } from './draft.js';
import { html, useEffect, useRef, useState } from './html.js';
import { noFilter } from '../lib/event-filter.js';
import { eventKinds, kindText } from '../lib/event-text.js';
import { classesOf } from '../net/run.js';

/** The form of the search; each change searches anew. */
export function EventFilter({ filter, status, onChange }) {
  const timer = useRef(0);
  const [text, setText] = useState(filter.text);
  useEffect(() => setText(filter.text), [filter.text]);
  const set = (key) => (value) => {
    clearTimeout(timer.current);
    onChange({ ...filter, text, [key]: value });
  };
  const chosen = (key) => (event) => set(key)(event.currentTarget.value);
  // While somebody types, the search waits for a pause.
  const typed = ({ currentTarget: { value } }) => {
    setText(value);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => onChange({ ...filter, text: value }), 300);
  };
  const since = (hours) => () => {
    const at = new Date(Date.now() - hours * 3_600_000);
    onChange({ ...filter, to: '', from: new Date(at - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16) });
  };
  return html`<form class="card filter" role="search" onSubmit=${(event) => event.preventDefault()}>
    <label class="wide">Text<input type="search" value=${text} placeholder="car 7, gate …"
      onInput=${typed} /></label>
    <label>Camera<select value=${filter.source} onChange=${chosen('source')}><option value="">All</option>
      ${[...new Set([...status.sources.map(({ id }) => id), filter.source])]
        .filter(Boolean)
        .map((id) => html`<option value=${id}>${id}</option>`)}</select></label>
    <label>Event<select value=${filter.event} onChange=${chosen('event')}><option value="">All</option>
      ${eventKinds.map((kind) => html`<option value=${kind}>${kindText(kind)}</option>`)}</select></label>
    <label>Class<${Draft} list="event-classes" value=${filter.class} placeholder="all" onCommit=${set('class')} /></label>
    <datalist id="event-classes">${classesOf(status).map((name) => html`<option value=${name} />`)}</datalist>
    <label>Zone or line<${Draft} value=${filter.zone} placeholder="all" onCommit=${set('zone')} /></label>
    <label>From<${Draft} type="datetime-local" value=${filter.from} onCommit=${set('from')} /></label>
    <label>To<${Draft} type="datetime-local" value=${filter.to} onCommit=${set('to')} /></label>
    <div class="bar">
      <button type="button" onClick=${since(1)}>Last hour</button>
      <button type="button" onClick=${since(24)}>Last day</button>
      <button type="button" onClick=${() => onChange(noFilter)}>Clear</button>
    </div>
  </form>`;
}
