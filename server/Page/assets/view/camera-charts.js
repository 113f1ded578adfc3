import { html } from './html.js';
import { Chart } from './chart.js';
import { ProblemNote } from './problem.js';
import { sourcePath } from '../net/api.js';
import { useResource } from '../net/resource.js';

const stages = {
  decode: 'decode',
  preprocess: 'preprocess',
  batch_wait: 'wait',
  infer: 'infer',
  postprocess: 'postprocess',
  e2e: 'all',
};

/** A camera's last hour. */
export function CameraCharts({ id }) {
  const { data, error } = useResource(sourcePath(id, '/history?minutes=60'), 10_000);
  if (!data) {
    return html`<${ProblemNote} error=${error} />`;
  }

  const latency = Object.entries(stages)
    .filter(([stage]) => data.latency_ms?.[stage])
    .map(([stage, name]) => ({ name, values: data.latency_ms[stage] }));
  const [zones, lines] = [seriesOf(data.occupancy), seriesOf(data.crossed)];
  return html`<div class="charts">
    <${Chart} title="Results" unit="a second" times=${data.t} series=${[{ name: 'Results', values: data.rate }]} />
    <${Chart} title="Latency by stage" unit="ms" times=${data.t} series=${latency} />
    <${Chart} title="Objects in the picture" unit="" times=${data.t} isStepped
      series=${[{ name: 'Objects', values: data.objects }]} />
    <${Chart} title="Age of the newest result" unit="s" times=${data.t} series=${[{ name: 'Age', values: data.age_s }]} />
    ${zones.length > 0 && html`<${Chart} title="Objects in zones" unit="" times=${data.t} series=${zones} isStepped />`}
    ${lines.length > 0 && html`<${Chart} title="Crossings" unit="" times=${data.t} series=${lines} isStepped />`}
  </div>`;
}

const seriesOf = (columns) => Object.entries(columns ?? {}).map(([name, values]) => ({ name, values }));
