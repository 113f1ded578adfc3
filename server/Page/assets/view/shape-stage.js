import { html, useEffect, useRef, useState } from './html.js';
import { centre, clamp, middle, movedBy, movedTo, topmost, withMiddle } from '../lib/geometry.js';
import { kinds, nameOf } from '../lib/shapes.js';

const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** The picture with shapes over it that pointers and keys move. */
export function ShapeStage({
  source,
  shapes,
  selected,
  drawing,
  onSelect,
  onKeep,
  onChange,
  onDraw,
  onDrawn,
  onRemove,
  children,
}) {
  const stage = useRef(null);
  const drag = useRef(null);
  const [told, setTold] = useState('');
  const isDrawing = Boolean(drawing);
  useEffect(() => {
    if (isDrawing) {
      stage.current.focus({ preventScroll: true });
      stage.current.scrollIntoView({ block: 'nearest' });
    }
  }, [isDrawing]);

  const at = (event) => {
    const box = stage.current.getBoundingClientRect();
    return [clamp((event.clientX - box.left) / box.width, 0, 1), clamp((event.clientY - box.top) / box.height, 0, 1)];
  };
  const setPoints = (index, points) =>
    onChange(shapes.map((shape, i) => (i === index ? { ...shape, points, isMoved: true } : shape)));

  // What is dragged is a point, or, without one, the whole shape.
  const grab = (event, index, point) => {
    event.preventDefault();
    event.stopPropagation();
    event.currentTarget.focus?.();
    event.currentTarget.setPointerCapture(event.pointerId);
    onSelect(index);
    drag.current = { index, point, from: at(event), points: shapes[index].points, isKept: false };
  };
  const move = (event) => {
    const held = drag.current;
    if (!held) {
      return;
    }

    if (!held.isKept) {
      held.isKept = true;
      onKeep();
    }

    const [x, y] = at(event);
    setPoints(
      held.index,
      held.point === undefined
        ? movedBy(held.points, x - held.from[0], y - held.from[1])
        : movedTo(held.points, held.point, [x, y]),
    );
  };
  const drop = () => (drag.current = null);

  const place = (event) => {
    if (!drawing) {
      onSelect(-1);
      return;
    }

    const points = [...drawing.points, at(event)];
    const isClosed = drawing.points.length >= 3 && near(points.at(-1), points[0]);
    isClosed
      ? onDrawn(drawing.points)
      : drawing.kind === 'lines' && points.length === 2
        ? onDrawn(points)
        : onDraw({ ...drawing, points });
  };
  const stageKeys = (event) => {
    if (drawing && event.key === 'Escape') {
      onDraw(null);
    } else if (drawing && event.key === 'Enter' && event.target === stage.current && drawing.points.length >= 3) {
      onDrawn(drawing.points);
    }
  };
  const pointKeys = (event, index, point) => {
    const { points, kind } = shapes[index];
    const step = steps[event.key];
    const size = event.shiftKey ? 0.025 : 0.0025;
    if (step) {
      event.preventDefault();
      onKeep();
      const moved =
        point === undefined
          ? movedBy(points, step[0] * size, step[1] * size)
          : movedTo(points, point, [points[point][0] + step[0] * size, points[point][1] + step[1] * size]);
      setPoints(index, moved);
      const [x, y] = moved[point ?? 0];
      setTold(`${(x * 100).toFixed(1)} % from the left, ${(y * 100).toFixed(1)} % from the top`);
    } else if (event.key === 'Delete' || event.key === 'Backspace') {
      event.preventDefault();
      if (point === undefined || points.length <= kinds[kind].least) {
        onRemove(index);
      } else {
        onKeep();
        setPoints(
          index,
          points.filter((_, i) => i !== point),
        );
      }
    }
  };
  const insert = (index, edge) => {
    onKeep();
    setPoints(index, withMiddle(shapes[index].points, edge));
  };

  return html`<div class="stage editing" ref=${stage} tabindex=${drawing ? 0 : -1}
      style=${{ '--aspect': source.width / source.height }}
      onPointerDown=${place} onPointerMove=${move} onPointerUp=${drop} onPointerCancel=${drop} onKeyDown=${stageKeys}
      aria-label="Drawing area" role="group">
    ${children}
    <svg viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">
      ${shapes.map(
        (shape, index) => html`<g class=${`shape ${shape.kind} ${index === selected ? 'on' : ''}`}
          onPointerDown=${(event) => !drawing && grab(event, index)}>
        <${Outline} points=${shape.points} isLine=${shape.kind === 'lines'} aspect=${source.width / source.height} /></g>`,
      )}
      ${
        drawing &&
        html`<g class="shape drawn"><polyline class="dark" points=${text(drawing.points)} />
        <polyline class="bright" points=${text(drawing.points)} /></g>`
      }
    </svg>
    ${shapes.map(
      (shape, index) => html`<span class=${`label ${index === selected ? 'on' : ''}`} style=${placeOf(labelAt(shape))}>
      ${nameOf(shapes, index)}</span>`,
    )}
    ${drawing?.points.map((point) => html`<span class="corner" style=${placeOf(point)}></span>`)}
    ${
      !drawing &&
      shapes[selected] &&
      html`<${Handles} key=${selected} name=${nameOf(shapes, selected)} shape=${shapes[selected]}
      onGrab=${(event, point) => grab(event, selected, point)} onKeys=${(event, point) => pointKeys(event, selected, point)}
      onInsert=${(edge) => insert(selected, edge)} />`
    }
    <p class="hidden" role="status">${told}</p>
  </div>`;
}

function Handles({ name, shape: { kind, points }, onGrab, onKeys, onInsert }) {
  const isLine = kind === 'lines';
  const stop = (event) => event.stopPropagation();
  return html`
    ${points.map(
      (point, index) => html`<button type="button" class="handle" style=${placeOf(point)} key=${`p${index}`}
      aria-label=${`${name}, point ${index + 1} of ${points.length}: move it with the arrow keys`}
      onPointerDown=${(event) => onGrab(event, index)} onKeyDown=${(event) => onKeys(event, index)}></button>`,
    )}
    ${
      !isLine &&
      points.length < kinds[kind].most &&
      points.map(
        (point, index) => html`<button type="button" class="handle more"
      key=${`m${index}`} style=${placeOf(middle(point, points[(index + 1) % points.length]))}
      aria-label=${`${name}: add a point after point ${index + 1}`}
      onPointerDown=${stop} onClick=${() => onInsert(index)}>+</button>`,
      )
    }
    <button type="button" class="handle whole" style=${placeOf(isLine ? middle(...points) : centre(points))} key="whole"
      aria-label=${`${name}: move all of it with the arrow keys`}
      onPointerDown=${(event) => onGrab(event)} onKeyDown=${(event) => onKeys(event)}>✥</button>`;
}

// A bright line over a dark one is seen on any picture.
function Outline({ points, isLine, aspect }) {
  return isLine
    ? ['dark', 'bright'].map(
        (tone) => html`<polyline class=${tone} points=${text(points)} />
        <polyline class=${tone} points=${text(arrow(points, aspect))} />`,
      )
    : ['dark', 'bright'].map((tone) => html`<polygon class=${tone} points=${text(points)} />`);
}

// From the line's middle to its right hand: the first direction.
function arrow([a, b], aspect) {
  const [mx, my] = middle(a, b);
  const [dx, dy] = [(b[0] - a[0]) * aspect, b[1] - a[1]];
  const length = Math.hypot(dx, dy) || 1;
  const to = (right, along) => [
    mx + (-dy * right + dx * along) / length / aspect,
    my + (dx * right + dy * along) / length,
  ];
  return [[mx, my], to(0.07, 0), to(0.05, 0.015), to(0.07, 0), to(0.05, -0.015)];
}

const text = (points) => points.map(([x, y]) => `${x},${y}`).join(' ');

const placeOf = ([x, y]) => ({ left: `${x * 100}%`, top: `${y * 100}%` });

const near = ([ax, ay], [bx, by]) => Math.hypot(ax - bx, ay - by) < 0.025;

// Beside the handle in the middle, not below it.
const labelAt = ({ kind, points }) => (kind === 'lines' ? leftmost(points) : topmost(points));

const leftmost = ([a, b]) => (a[0] <= b[0] ? a : b);
