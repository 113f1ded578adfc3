import { html } from '../view/html.js';
import { AddAddress } from '../view/add-address.js';
import { AddSimple } from '../view/add-simple.js';
import { Needs } from '../view/needs.js';
import { TryPicture } from '../view/try-picture.js';
import { takeSources, isAdmin, run } from '../net/run.js';
import { ask } from '../net/api.js';
import { navigate } from '../view/router.js';

const street = { id: 'street', input: 'synthetic://street?seed=1&size=640x360&rate=10', track: 'bytetrack' };

const streetText =
  'A drawn street with cars, buses, cyclists and pedestrians. It needs no camera and shows how everything works.';

/** Adds a camera; the first page that a newcomer sees. */
export function Page({ status }) {
  const isFirst = status.sources.length === 0;
  if (!isAdmin(status)) {
    return html`<div class="empty"><h1>No cameras</h1>
      <p class="muted">Cameras are added by those who may change the run.</p></div>`;
  }

  return html`<div class="start"><div class="hero">
      <h1>${isFirst ? 'Welcome. What would you like to watch?' : 'Add a camera'}</h1>
      <p class="muted">${
        isFirst
          ? 'Choose one of these. Everything can be changed and removed later.'
          : 'It starts at once, beside the others, and is written into the run file.'
      }</p>
    </div>
    <${Needs} />
    <div class="choices">
      <div>
        <${AddSimple} title="The sample street" text=${streetText} button="Watch the sample street" isPrimary=${isFirst}
          source=${() => street} onAdd=${add} />
        <${AddSimple} title="A video or a folder" text="A file or a folder on the machine on which the program runs."
          field="Path" placeholder="/videos/yard.mp4" button="Read it" source=${(input) => ({ input, track: 'bytetrack' })}
          onAdd=${add} />
      </div>
      <${AddAddress} onAdd=${add} />
    </div>
    <${TryPicture} /></div>`;
}

// The new one is on the wall before the next status message tells it.
async function add(source) {
  const { data } = await ask('sources', { method: 'POST', json: source });
  takeSources([...(run.get()?.sources ?? []).filter(({ id }) => id !== data.id), data]);
  navigate('/');
}
