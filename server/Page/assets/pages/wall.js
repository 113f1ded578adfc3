import { html, useEffect, useLayoutEffect, useRef, useState } from '../view/html.js';
import { icon } from '../view/icons.js';
import { LayerBar } from '../view/layer-bar.js';
import { prefs, setPrefs } from '../view/prefs.js';
import { Tile } from '../view/tile.js';
import { plural } from '../lib/format.js';
import { fitColumns } from '../lib/layout.js';
import { useStore } from '../net/store.js';

const gap = 12;
const least = 240;

/** All cameras at once. */
export function Wall({ status }) {
  const { sources } = status;
  const grid = useRef(null);
  const { columns, isFit } = useColumns(grid, sources.length);
  const running = sources.filter(({ state }) => state === 'running').length;
  const results = sources.reduce((sum, source) => sum + (source.rate ?? 0), 0);
  return html`<div class="bar">
      <h1>${plural(sources.length, 'camera')}</h1>
      <p class="muted grow">${running === sources.length ? 'all running' : `${running} running`}, ${' '}
        ${Math.round(results)} results a second</p>
      <${LayerBar} />
      <${ColumnChoice} />
      <button type="button" class="icon" title="Full screen" aria-label="Full screen" onClick=${toggleFull}>
        ${icon('full')}</button>
    </div>
    <div class=${`wall ${isFit ? 'fit' : ''}`} ref=${grid} style=${{ gridTemplateColumns: columns }}>
      ${sources.map((source) => html`<${Tile} key=${source.id} source=${source} />`)}
    </div>`;
}

function ColumnChoice() {
  const { columns } = useStore(prefs);
  return html`<label class="inline"><span class="hidden">Columns</span>
    <select value=${columns} onChange=${(event) => setPrefs({ columns: event.currentTarget.value })}>
      <option value="fit">Fit the screen</option>
      ${['1', '2', '3', '4', '6', '8'].map((n) => html`<option value=${n}>${plural(Number(n), 'column')}</option>`)}
    </select></label>`;
}

function useColumns(grid, count) {
  const { columns } = useStore(prefs);
  const [fitting, setFitting] = useState({ columns: 0, width: 0 });
  const fit = () => {
    const { width, top } = grid.current.getBoundingClientRect();
    const below = parseFloat(getComputedStyle(grid.current.parentElement).paddingBottom);
    const next = fitColumns(count, width, innerHeight - top - scrollY - below, { gap, least });
    setFitting((old) => (old.columns === next.columns && old.width === next.width ? old : next));
  };
  useLayoutEffect(fit, [count]);
  useEffect(() => {
    const resized = new ResizeObserver(fit);
    resized.observe(grid.current);
    addEventListener('resize', fit);
    return () => {
      resized.disconnect();
      removeEventListener('resize', fit);
    };
  }, [count]);
  const isFit = columns === 'fit' && fitting.columns > 0;
  const template =
    columns !== 'fit'
      ? `repeat(${columns}, minmax(0, 1fr))`
      : isFit
        ? `repeat(${fitting.columns}, minmax(0, ${fitting.width}px))`
        : '';
  return { columns: template, isFit };
}

function toggleFull() {
  document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen?.();
}
