import { html, useState } from './html.js';

/**
 * A field whose text is taken when its user is done with it: by Enter, or by leaving it. Until then the page may be drawn anew
 * as often as it likes, and what was typed stays. It also stays when `onCommit` answers false.
 */
export function Draft({ tag = 'input', value, onCommit, ...rest }) {
  const [draft, setDraft] = useState(null);
  const commit = (event) => {
    const text = event.currentTarget.value;
    setDraft(onCommit(text) === false ? text : null);
  };
  return html`<${tag}
    ...${rest}
    value=${draft ?? value}
    onInput=${(event) => setDraft(event.currentTarget.value)}
    onChange=${commit}
  />`;
}
