import { html, useState } from './html.js';
import { useAction } from './action.js';
import { ProblemNote } from './problem.js';

/** A way to add a source that takes one text at most. */
export function AddSimple({ title, text, field, placeholder, button, isPrimary, source, onAdd }) {
  const [value, setValue] = useState('');
  const { isBusy, error, act } = useAction();
  const submit = (event) => {
    event.preventDefault();
    act(() => onAdd(source(value)));
  };
  return html`<form class=${`card choice ${isPrimary ? 'first' : ''}`} onSubmit=${submit}>
    <h2>${title}</h2>
    <p class="muted">${text}</p>
    ${
      field &&
      html`<label>${field}<input required value=${value} placeholder=${placeholder}
      onInput=${(event) => setValue(event.currentTarget.value)} /></label>`
    }
    <${ProblemNote} error=${error} />
    <div class="bar end"><button class=${isPrimary ? 'primary' : ''} disabled=${isBusy}>${button}</button></div>
  </form>`;
}
