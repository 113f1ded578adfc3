import { html, useEffect, useState } from './html.js';
import { useAction } from './action.js';
import { icon } from './icons.js';
import { Picture } from './picture.js';
import { ProblemNote } from './problem.js';
import { ShapeFields } from './shape-fields.js';
import { ShapeList } from './shape-list.js';
import { ShapeStage } from './shape-stage.js';
import { patchOf, freshName, kinds, shapesOf } from '../lib/shapes.js';
import { ask, sourcePath } from '../net/api.js';

const rectangle = [
  [0.3, 0.4],
  [0.7, 0.4],
  [0.7, 0.8],
  [0.3, 0.8],
];
const level = [
  [0.25, 0.6],
  [0.75, 0.6],
];
const none = [];
const boxes = { boxes: true };

/** Draws zones and lines on the live picture, and saves them into the run file. */
export function ZoneEditor({ source, classes, onDone }) {
  const [base, setBase] = useState(null);
  const [past, setPast] = useState([]);
  const [shapes, setShapes] = useState([]);
  const [selected, setSelected] = useState(-1);
  const [drawing, setDrawing] = useState(null);
  const [isTracked, setTracked] = useState(true);
  const { isBusy, error, act, clear } = useAction();
  const { width, height } = source;

  const load = () =>
    act(async () => {
      const { data, etag } = await ask(sourcePath(source.id, '/settings'));
      setBase({ settings: data.settings, etag });
      setShapes(shapesOf(data.settings, width, height));
      setPast([]);
      setSelected(-1);
    });
  useEffect(() => {
    load();
  }, [source.id]);
  if (!base) {
    return html`<${ProblemNote} error=${error} />`;
  }

  // A drag begins with `keep`, so that one step back undoes the whole of it.
  const keep = () => setPast((old) => [...old, shapes].slice(-100));
  const change = (next) => {
    keep();
    setShapes(next);
  };
  const undo = () => {
    setShapes(past.at(-1));
    setPast(past.slice(0, -1));
    setSelected(-1);
  };
  const add = (kind, points) => {
    change([
      ...shapes,
      { kind, points, isMoved: true, entry: kinds[kind].named ? { name: freshName(shapes, kind) } : {} },
    ]);
    setSelected(shapes.length);
    setDrawing(null);
  };
  const draw = (kind) => {
    setSelected(-1);
    setDrawing({ kind, points: [] });
  };
  const remove = (index) => {
    change(shapes.filter((_, i) => i !== index));
    setSelected(-1);
  };

  const needsTracker =
    shapes.some(({ kind }) => kind === 'zones' || kind === 'lines') && (base.settings.track ?? 'none') === 'none';
  const patch = {
    ...patchOf(shapes, base.settings, width, height),
    ...(needsTracker && isTracked ? { track: 'bytetrack' } : {}),
  };
  const isChanged = Object.keys(patch).length > 0;
  const save = (etag) =>
    act(async () => {
      await ask(sourcePath(source.id, '/settings'), { method: 'PATCH', json: patch, ifMatch: etag });
      onDone();
    });
  const saveOver = () =>
    act(async () => {
      const { etag } = await ask(sourcePath(source.id, '/settings'));
      await save(etag);
    });
  const keys = (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === 'z' && event.target.tagName !== 'INPUT' && past.length > 0) {
      event.preventDefault();
      undo();
    }
  };

  return html`<div class="camera editor" onKeyDown=${keys}>
    <div class="grow">
      <${ShapeStage} source=${source} shapes=${shapes} selected=${selected} drawing=${drawing} onSelect=${setSelected}
        onKeep=${keep}
        onChange=${setShapes} onDraw=${setDrawing} onDrawn=${(points) => add(drawing.kind, points)} onRemove=${remove}>
        <${Picture} id=${source.id} size="full" areas=${none} layers=${boxes} label=${`Live picture of ${source.id}`} />
      <//>
      ${
        drawing &&
        html`<div class="bar hint" role="status">
        <p class="grow">${
          drawing.kind === 'lines'
            ? 'Click the two ends of the line.'
            : 'Click the corners one after the other; click the first one again, or press Enter, to finish.'
        }</p>
        <button type="button" onClick=${() => add(drawing.kind, drawing.kind === 'lines' ? level : rectangle)}>
          Start with a ${drawing.kind === 'lines' ? 'level line' : 'rectangle'}</button>
        ${
          drawing.kind !== 'lines' &&
          html`<button type="button" disabled=${drawing.points.length < 3}
          onClick=${() => add(drawing.kind, drawing.points)}>Finish</button>`
        }
        <button type="button" onClick=${() => setDrawing(null)}>Cancel</button>
      </div>`
      }
      <p class="muted small">Drag points and areas, or select one and use the arrow keys (with Shift in larger steps).
        “+” between two points adds one, Delete removes one.</p>
    </div>
    <aside class="card">
      <${ShapeList} shapes=${shapes} selected=${selected} onSelect=${setSelected} onDraw=${draw} />
      ${
        shapes[selected] &&
        html`<${ShapeFields} key=${selected} shapes=${shapes} index=${selected} classes=${classes}
        onChange=${(entry) => change(shapes.map((shape, i) => (i === selected ? { ...shape, entry } : shape)))}
        onRemove=${() => remove(selected)} />`
      }
      ${
        needsTracker &&
        html`<label class="check"><input type="checkbox" checked=${isTracked}
        onChange=${(event) => setTracked(event.currentTarget.checked)} />
        Follow objects (track: bytetrack). Zones and lines need it.</label>`
      }
      <${ProblemNote} error=${error}>
        ${
          (error?.status === 409 || error?.status === 412) &&
          html`<div class="bar">
          <button type="button" onClick=${load}>Load what is there now</button>
          <button type="button" onClick=${saveOver}>Save mine over it</button></div>`
        }
      <//>
      <div class="bar">
        <button type="button" class="primary" disabled=${!isChanged || isBusy} onClick=${() => save(base.etag)}>Save</button>
        <button type="button" disabled=${past.length === 0} onClick=${undo}>${icon('undo')}Undo</button>
        <button type="button" onClick=${() => (clear(), onDone())}>${isChanged ? 'Discard' : 'Close'}</button>
      </div>
    </aside>
  </div>`;
}
