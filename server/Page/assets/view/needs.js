import { html, useState } from './html.js';
import { icon } from './icons.js';
import { useResource } from '../net/resource.js';

/** What is missing before it can work, with the command that gets it. */
export function Needs() {
  const { data } = useResource('setup', 5000);
  return (
    data?.needs?.length > 0 &&
    html`<section class="note warn" aria-label="What is missing">${icon('warning')}
    <div><h2>Still missing</h2>
      <ul>${data.needs.map(({ what, how }) => html`<li><p>${what}</p>${how && html`<${Command} text=${how} />`}</li>`)}</ul></div>
  </section>`
  );
}

function Command({ text }) {
  const [isCopied, setCopied] = useState(false);
  const copy = () =>
    navigator.clipboard?.writeText(text).then(
      () => setCopied(true),
      () => {},
    );
  return html`<p class="command"><code>${text}</code>
    <button type="button" class="small" onClick=${copy}>${isCopied ? 'Copied' : 'Copy'}</button></p>`;
}
