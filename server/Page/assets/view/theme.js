import { html } from './html.js';
import { icon } from './icons.js';
import { prefs, setPrefs } from './prefs.js';
import { createStore, useStore } from '../net/store.js';

const order = ['auto', 'light', 'dark'];
const system = matchMedia('(prefers-color-scheme: dark)');

/** Whether the page is dark now. Charts are drawn anew when it changes. */
export const isDark = createStore(darkNow());

prefs.subscribe(apply);
system.addEventListener('change', apply);
apply();

/** Switches between the system's colours, light and dark. */
export function ThemeSwitch() {
  const { theme } = useStore(prefs);
  const next = order[(order.indexOf(theme) + 1) % order.length];
  const change = () => setPrefs({ theme: next });
  return html`<button class="icon" onClick=${change} title=${`Colours: ${theme}. Switch to ${next}.`}
    aria-label=${`Colours: ${theme}. Switch to ${next}.`}>
    ${icon(theme === 'auto' ? 'auto' : theme === 'dark' ? 'moon' : 'sun')}
  </button>`;
}

function apply() {
  const { theme } = prefs.get();
  if (theme === 'auto') {
    delete document.documentElement.dataset.theme;
  } else {
    document.documentElement.dataset.theme = theme;
  }

  if (isDark.get() !== darkNow()) {
    isDark.set(darkNow());
  }
}

function darkNow() {
  const { theme } = prefs.get();
  return theme === 'dark' || (theme === 'auto' && system.matches);
}
