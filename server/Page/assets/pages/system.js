import { html } from '../view/html.js';
import { icon } from '../view/icons.js';
import { Logs } from '../view/logs.js';
import { ProblemNote } from '../view/problem.js';
import { Stages } from '../view/stages.js';
import { bytes, count, duration, plural } from '../lib/format.js';
import { kindText } from '../lib/event-text.js';
import { useResource } from '../net/resource.js';

/** How the program is: what it runs on, where the time goes, what the doctor says, what was logged. */
export function Page({ status }) {
  const { data: system, error } = useResource('system', 2000);
  return html`<div class="bar"><h1 class="grow">System</h1></div>
    <${ProblemNote} error=${error} />
    ${
      status.hanging?.length > 0 &&
      html`<p class="note bad" role="alert">${icon('error')}Hangs: ${status.hanging.join(', ')}</p>`
    }
    ${
      system &&
      html`<div class="columns">
      <div><${Stages} stages=${system.stages ?? []} /><${Doctor} findings=${system.doctor ?? []} /></div>
      <${Program} status=${status} system=${system} />
    </div>`
    }
    <${Logs} />`;
}

function Program({ status, system }) {
  const { model } = status;
  const facts = [
    ['Version', system.version],
    ['Running for', duration(status.uptime_s)],
    ['Run', status.run_id],
    ['Model', model.config],
    ['Weights', model.weights],
    ['Precision', model.precision],
    ['Device', model.device],
    [
      'Devices',
      [system.devices ?? []]
        .flat()
        .map((device) => (typeof device === 'string' ? device : device.name))
        .join(', '),
    ],
    ['Classes', model.classes?.length > 0 && count(model.classes.length)],
    ...Object.entries(system.batching ?? {}).map(([key, value]) => [`Batching: ${kindText(key)}`, String(value)]),
    ['Processors', count(system.processors)],
    ['Memory in use', bytes(system.memory_bytes)],
    ['Run file', status.run_file],
    ['.NET', system.dotnet],
    ['libtorch', system.libtorch],
    ['OpenCV', system.opencv],
    ['GStreamer', system.gstreamer],
  ];
  return html`<section class="card" aria-label="Program"><h2>Program</h2>
    <dl class="facts">${facts
      .filter(([, value]) => value)
      .map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl></section>`;
}

const words = { ok: 'In order', warning: 'Warning', error: 'Error' };

function Doctor({ findings }) {
  const bad = findings.filter(({ state }) => state !== 'ok').length;
  return html`<section class="card" aria-label="Doctor"><div class="bar"><h2 class="grow">Doctor</h2>
      <span class="muted">${bad > 0 ? plural(bad, 'finding') : 'all in order'}</span></div>
    <ul class="doctor">${findings.map(
      ({ name, state, text }) => html`<li class=${state}>
      <span title=${words[state]}>${icon(state)}<span class="hidden">${words[state]}: </span></span>
      <div><strong>${name}</strong><p class="muted">${text}</p></div></li>`,
    )}</ul></section>`;
}
