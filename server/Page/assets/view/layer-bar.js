import { html } from './html.js';
import { Menu } from './menu.js';
import { prefs, setPrefs } from './prefs.js';
import { seenClasses } from './classes.js';
import { useStore } from '../net/store.js';

const layers = [
  ['boxes', 'Boxes'],
  ['masks', 'Masks'],
  ['labels', 'Names'],
  ['trails', 'Trails'],
  ['zones', 'Zones'],
];

/** Switches of what is drawn over the pictures. */
export function LayerBar() {
  const looks = useStore(prefs);
  const toggle = (layer) => setPrefs({ layers: { ...looks.layers, [layer]: !looks.layers[layer] } });
  return html`<div class="toggles" role="group" aria-label="Layers">
    ${layers.map(
      ([layer, title]) => html`<button type="button" aria-pressed=${String(looks.layers[layer])}
      onClick=${() => toggle(layer)}>${title}</button>`,
    )}
  </div>
  <${ClassMenu} />`;
}

function ClassMenu() {
  const { hiddenClasses, colorBy } = useStore(prefs);
  const names = [...new Set([...useStore(seenClasses), ...hiddenClasses])].sort();
  const shown = names.length - hiddenClasses.length;
  const show = (name, isShown) =>
    setPrefs({ hiddenClasses: isShown ? hiddenClasses.filter((other) => other !== name) : [...hiddenClasses, name] });
  return html`<${Menu} title=${hiddenClasses.length > 0 ? `Classes ${shown}/${names.length}` : 'Classes'}>
    <fieldset>
      <legend>Show</legend>
      ${names.length === 0 && html`<p class="muted">Nothing was seen yet.</p>`}
      ${names.map(
        (name) => html`<label class="check"><input type="checkbox" checked=${!hiddenClasses.includes(name)}
        onChange=${(event) => show(name, event.currentTarget.checked)} />${name}</label>`,
      )}
    </fieldset>
    <fieldset>
      <legend>Colours by</legend>
      ${['track', 'class'].map(
        (by) => html`<label class="check"><input type="radio" name="color-by" checked=${colorBy === by}
        onChange=${() => setPrefs({ colorBy: by })} />${by}</label>`,
      )}
    </fieldset>
  <//>`;
}
