import { html, useEffect, useRef } from './html.js';
import { isDark } from './theme.js';
import { useStore } from '../net/store.js';

const lines = {
  light: ['#0b6bcb', '#c2410c', '#15803d', '#9333ea', '#0e7f92', '#be185d', '#a16207', '#4d4d4d'],
  dark: ['#6cb6ff', '#ff9d66', '#5fd38d', '#d0a5ff', '#ffd166', '#ff9eb5', '#5ce1d0', '#c8ced6'],
};
let library;

/**
 * A chart of lines over time.
 * @param {{title: string, unit: string, times: number[], series: Array<{name: string, values: (number|null)[]}>}} chart
 */
export function Chart({ title, unit, times, series, isStepped }) {
  const place = useRef(null);
  const plot = useRef(null);
  const dark = useStore(isDark);
  const names = series.map(({ name }) => name).join('\n');
  const data = [times, ...series.map(({ values }) => values)];

  useEffect(() => {
    let isThere = true;
    const resized = new ResizeObserver(([entry]) =>
      plot.current?.setSize({ width: entry.contentRect.width, height: 150 }),
    );
    loadLibrary().then((Plot) => {
      if (isThere) {
        plot.current = new Plot(options(Plot, place.current, series, unit, isStepped, dark), data, place.current);
        resized.observe(place.current);
      }
    });
    return () => {
      isThere = false;
      resized.disconnect();
      plot.current?.destroy();
      plot.current = null;
    };
  }, [names, dark]);
  useEffect(() => {
    plot.current?.setData(data);
  }, [times]);
  return html`<figure class="chart card">
    <figcaption>${title} <span class="muted">${unit}</span></figcaption>
    <div ref=${place} role="img" aria-label=${`${title}: ${newest(series, unit)}`}></div>
  </figure>`;
}

// A script, since uPlot's module is not minified.
function loadLibrary() {
  library ??= new Promise((resolve, reject) => {
    const style = Object.assign(document.createElement('link'), {
      rel: 'stylesheet',
      href: '/assets/vendor/uplot.css',
    });
    const script = Object.assign(document.createElement('script'), { src: '/assets/vendor/uplot.js' });
    script.onload = () => resolve(window.uPlot);
    script.onerror = reject;
    document.head.append(style, script);
  });
  return library;
}

function options(Plot, place, series, unit, isStepped, dark) {
  const style = getComputedStyle(place);
  const axis = {
    stroke: style.color,
    font: '11px system-ui',
    size: 42,
    grid: { stroke: style.borderTopColor, width: 1 },
    ticks: { show: false },
  };
  const colors = lines[dark ? 'dark' : 'light'];
  // While nobody points at a time, the legend tells the newest one.
  const pointed = (plot, value, line, index) => (index == null ? plot.data[line].at(-1) : value);
  const number = (...at) => {
    const value = pointed(...at);
    return value == null ? '–' : `${Math.round(value * 10) / 10}${unit ? ` ${unit}` : ''}`;
  };
  return {
    width: place.clientWidth || 300,
    height: 150,
    legend: { live: true },
    cursor: { points: { size: 7 }, drag: { x: false, y: false } },
    scales: { y: { range: (_, low, high) => [0, Math.max(high ?? 0, 1) * 1.1] } },
    axes: [{ ...axis, size: 24, space: 70, values: (_, ticks) => ticks.map(clock) }, axis],
    series: [
      { label: 'Time', value: (...at) => clock(pointed(...at)) },
      ...series.map(({ name }, index) => ({
        label: name,
        stroke: colors[index % colors.length],
        width: 1.6,
        points: { show: false },
        value: number,
        paths: isStepped ? Plot.paths.stepped({ align: 1 }) : undefined,
      })),
    ],
  };
}

const clock = (seconds) =>
  seconds == null ? '–' : new Date(seconds * 1000).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });

function newest(series, unit) {
  const parts = series
    .map(({ name, values }) => [name, values.findLast((value) => value != null)])
    .filter(([, value]) => value != null)
    .map(([name, value]) => `${name} ${Math.round(value * 10) / 10} ${unit}`);
  return parts.join(', ') || 'nothing yet';
}
