import { html } from './html.js';
import { kindText } from '../lib/event-text.js';
import { count, counts, duration, rate, total } from '../lib/format.js';

/** What is known of a source now. */
export function CameraFacts({ source, counted }) {
  const facts = [
    ['Location', source.location],
    [
      'Picture',
      source.width
        ? `${source.width} × ${source.height}${source.fps ? `, ${Math.round(source.fps * 10) / 10}/s` : ''}`
        : null,
    ],
    ['Codec', source.codec],
    ['Results', rate(source.rate)],
    ['Newest result', source.age_s == null ? '–' : `${duration(source.age_s)} old`],
    ['Frames read', count(source.frames_decoded)],
    ['Results written', count(source.frames_emitted)],
    ['Held by the gate', source.frames_gated ? count(source.frames_gated) : null],
    ['In flight', count(source.frames_in_flight)],
    ['Dropped', reasons(source.frames_dropped)],
    ['Failed', reasons(source.frames_failed)],
    ['Last error', source.last_error],
    [
      'Outputs',
      [source.outputs]
        .flat()
        .filter((name) => typeof name === 'string')
        .join(', '),
    ],
  ];
  return html`<section class="card" aria-label="State">
    <h2>State</h2>
    <dl class="facts">${facts
      .filter(([, value]) => value)
      .map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
  </section>
  <${Counts} counted=${counted} />`;
}

function Counts({ counted }) {
  const [zones, lines] = [counted?.zones ?? [], counted?.lines ?? []];
  return (
    zones.length + lines.length > 0 &&
    html`<section class="card" aria-label="Counts">
    <h2>Counts</h2>
    ${
      zones.length > 0 &&
      html`<table>
      <thead><tr><th scope="col">Zone</th>
        <th scope="col">In it</th><th scope="col">Entered</th><th scope="col">Left</th></tr></thead>
      <tbody>${zones.map(
        (
          zone,
        ) => html`<tr><th scope="row">${zone.name}</th><td title=${counts(zone.occupancy)}>${total(zone.occupancy)}</td>
        <td title=${counts(zone.entered)}>${total(zone.entered)}</td>
        <td title=${counts(zone.left)}>${total(zone.left)}</td></tr>`,
      )}</tbody>
    </table>`
    }
    ${
      lines.length > 0 &&
      html`<table>
      <thead><tr><th scope="col">Line</th><th scope="col">Direction</th><th scope="col">Crossed</th></tr></thead>
      <tbody>${lines.flatMap((line) =>
        line.directions.map(
          ({ name, crossed }) => html`<tr><th scope="row">${line.name}</th>
        <td>${name}</td><td title=${counts(crossed)}>${total(crossed)}</td></tr>`,
        ),
      )}</tbody>
    </table>`
    }
  </section>`
  );
}

const reasons = (byReason) =>
  Object.entries(byReason ?? {})
    .filter(([, n]) => n > 0)
    .map(([reason, n]) => `${count(n)} ${kindText(reason)}`)
    .join(', ');
