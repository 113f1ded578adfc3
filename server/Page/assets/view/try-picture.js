import { html, useEffect, useRef, useState } from './html.js';
import { useAction } from './action.js';
import { drawPicture } from './draw.js';
import { ProblemNote } from './problem.js';
import { count, percent, plural } from '../lib/format.js';
import { spansOf } from '../lib/rle.js';
import { ask } from '../net/api.js';
import { classesOf, run } from '../net/run.js';

const layers = { boxes: true, masks: true, labels: true };
const none = { of: () => [] };

/** Shows the model one picture, and draws what it finds. */
export function TryPicture() {
  const [result, setResult] = useState(null);
  const [least, setLeast] = useState(0.5);
  const [isOver, setOver] = useState(false);
  const { isBusy, error, act } = useAction();
  const canvas = useRef(null);
  const take = (file) =>
    file &&
    act(async () => {
      const { data } = await ask('detect?score=0.05', { method: 'POST', body: file, type: file.type });
      const [found] = data.images;
      if (found.error) {
        throw new Error(found.error.message ?? found.error);
      }

      const bitmap = await createImageBitmap(file);
      setResult((old) => {
        old?.bitmap.close();
        return { ...found, bitmap };
      });
    });
  const shown = result?.detections.filter(({ score }) => score >= least) ?? [];
  useEffect(() => {
    if (result) {
      paint(canvas.current, result, shown);
    }
  }, [result, least]);
  const drop = (event) => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files[0]);
  };
  return html`<section class=${`card try ${isOver ? 'over' : ''}`} aria-label="Try a picture" onDrop=${drop}
      onDragOver=${(event) => (event.preventDefault(), setOver(true))} onDragLeave=${() => setOver(false)}>
    <h2>Try a picture</h2>
    <p class="muted">JPEG, PNG or WebP: choose one or drop it here, and see what the model finds. It is not kept.</p>
    <div class="bar">
      <label class="button">${isBusy ? 'Looking at it…' : 'Choose a picture'}<input class="hidden" type="file"
        accept="image/jpeg,image/png,image/webp" onChange=${(event) => take(event.currentTarget.files[0])} /></label>
      ${
        result &&
        html`<label class="inline">Least score <input type="range" min="0.05" max="0.95" step="0.05" value=${least}
        onInput=${(event) => setLeast(Number(event.currentTarget.value))} /> ${percent(least)}</label>
        <span class="muted" role="status">${plural(shown.length, 'object')}: ${summary(shown)}</span>`
      }
    </div>
    <${ProblemNote} error=${error} />
    ${
      result &&
      html`<canvas ref=${canvas} role="img" aria-label=${`The picture with ${plural(shown.length, 'object')}`}></canvas>`
    }
  </section>`;
}

function paint(canvas, { bitmap, width, height }, detections) {
  [canvas.width, canvas.height] = [bitmap.width, bitmap.height];
  const masked = detections.map((one) => ({ ...one, mask: one.segmentation && spansOf(one.segmentation) }));
  const unit = Math.max(1, bitmap.width / (canvas.clientWidth || bitmap.width));
  drawPicture(
    canvas.getContext('2d'),
    bitmap,
    { width, height, picture: [width, height], detections: masked },
    {
      layers,
      colorBy: 'class',
      hiddenClasses: [],
      classes: classesOf(run.get()),
      areas: [],
      trails: none,
      unit,
      hovered: null,
    },
  );
}

function summary(detections) {
  const byClass = new Map();
  detections.forEach(({ category }) => byClass.set(category, (byClass.get(category) ?? 0) + 1));
  return [...byClass].map(([name, n]) => `${count(n)} × ${name}`).join(', ') || 'nothing above this score';
}
