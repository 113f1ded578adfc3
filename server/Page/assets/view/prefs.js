import { createStore } from '../net/store.js';

const key = 'streaming.prefs';

const usual = {
  theme: 'auto',
  layers: { boxes: true, masks: true, labels: true, trails: false, zones: true },
  colorBy: 'track',
  hiddenClasses: [],
  columns: 'fit',
};

/** What this browser remembers of how its user likes the page. */
export const prefs = createStore(read());

/** Changes some of it. */
export function setPrefs(change) {
  prefs.set({ ...prefs.get(), ...change });
  try {
    localStorage.setItem(key, JSON.stringify(prefs.get()));
  } catch {
    // Storage is switched off: it is remembered until the page is closed.
  }
}

function read() {
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? '{}');
    return {
      ...usual,
      ...kept,
      layers: { ...usual.layers, ...kept.layers },
      hiddenClasses: Array.isArray(kept.hiddenClasses) ? kept.hiddenClasses : [],
    };
  } catch {
    return usual;
  }
}
