// Draws zones, lines, ignored and private areas.
import { middle, topmost } from '../lib/geometry.js';

/** @param {Array<{kind: string, points: number[][], label?: string}>} areas points are parts of the picture */
export function drawAreas(context, areas, unit) {
  const { width, height } = context.canvas;
  for (const { kind, points, label } of areas) {
    const at = points.map(([x, y]) => [x * width, y * height]);
    kind === 'lines' ? drawLine(context, at, unit) : drawPolygon(context, at, kind, unit);
    if (label) {
      drawName(context, label, kind === 'lines' ? at[1] : topmost(at), unit);
    }
  }
}

const looks = {
  zones: { stroke: '#fff', fill: 'rgb(255 255 255 / 9%)', dash: [] },
  ignore: { stroke: '#c8ced6', fill: 'rgb(0 0 0 / 30%)', dash: [2, 4] },
  privacy_areas: { stroke: '#c8ced6', fill: 'transparent', dash: [6, 4] },
};

function drawPolygon(context, points, kind, unit) {
  const { stroke, fill, dash } = looks[kind];
  context.beginPath();
  points.forEach(([x, y]) => context.lineTo(x, y));
  context.closePath();
  context.fillStyle = fill;
  context.fill();
  strokeTwice(context, stroke, unit, dash);
}

function drawLine(context, [[ax, ay], [bx, by]], unit) {
  context.beginPath();
  context.moveTo(ax, ay);
  context.lineTo(bx, by);
  // The arrow shows the first direction: to the right hand as seen from the first end.
  const length = Math.hypot(bx - ax, by - ay) || 1;
  const [rx, ry] = [(-(by - ay) / length) * unit, ((bx - ax) / length) * unit];
  const [fx, fy] = [ry, -rx];
  const [mx, my] = middle([ax, ay], [bx, by]);
  context.moveTo(mx, my);
  context.lineTo(mx + rx * 16, my + ry * 16);
  context.moveTo(mx + rx * 10 + fx * 5, my + ry * 10 + fy * 5);
  context.lineTo(mx + rx * 16, my + ry * 16);
  context.lineTo(mx + rx * 10 - fx * 5, my + ry * 10 - fy * 5);
  strokeTwice(context, '#fff', unit, []);
}

function strokeTwice(context, style, unit, dash) {
  context.setLineDash(dash.map((part) => part * unit));
  for (const [color, width] of [
    ['rgb(0 0 0 / 50%)', 3.5],
    [style, 1.5],
  ]) {
    context.strokeStyle = color;
    context.lineWidth = width * unit;
    context.stroke();
  }

  context.setLineDash([]);
}

function drawName(context, text, [x, y], unit) {
  const size = 11 * unit;
  context.font = `600 ${size}px system-ui, sans-serif`;
  context.textBaseline = 'middle';
  const width = context.measureText(text).width + 10 * unit;
  const left = Math.max(0, Math.min(x, context.canvas.width - width));
  const top = Math.max(0, Math.min(y, context.canvas.height - size * 1.5));
  context.fillStyle = 'rgb(0 0 0 / 70%)';
  context.fillRect(left, top, width, size * 1.5);
  context.fillStyle = '#fff';
  context.fillText(text, left + 5 * unit, top + size * 0.8);
}
