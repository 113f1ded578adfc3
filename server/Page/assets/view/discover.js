import { html, useState } from './html.js';
import { useAction } from './action.js';
import { ProblemNote } from './problem.js';
import { icon } from './icons.js';
import { ask } from '../net/api.js';

/** Asks the local network for cameras (ONVIF). */
export function Discover({ onChoose }) {
  const [devices, setDevices] = useState(null);
  const { isBusy, error, act } = useAction();
  const search = () => act(async () => setDevices((await ask('discover', { method: 'POST' })).data.devices));
  return html`<section aria-label="Cameras in this network">
    <div class="bar"><p class="muted grow">The address is not known? ONVIF cameras in this network can be asked for it.</p>
      <button type="button" disabled=${isBusy} onClick=${search}>${icon('search')}
        ${isBusy ? 'Asking…' : 'Search'}</button></div>
    ${
      devices?.length === 0 &&
      html`<p class="note" role="status">No camera answered. Many have ONVIF switched off; use the address.</p>`
    }
    <ul class="rows">${devices?.map(
      (device) => html`<li><span class="grow"><strong>${device.name || device.address}</strong>
      <br /><span class="muted small path">${device.address}</span></span>
      <button type="button" onClick=${() => onChoose(`rtsp://${hostOf(device.address)}/`)}>Use</button></li>`,
    )}</ul>
    <${ProblemNote} error=${error} />
  </section>`;
}

// Devices tell the address of their ONVIF service; the stream's own path is in the camera's manual.
function hostOf(address) {
  try {
    return new URL(address).hostname;
  } catch {
    return address;
  }
}
