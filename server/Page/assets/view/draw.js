// Draws what was found over the picture in which it was found.
import { colorOf } from '../lib/colors.js';
import { eachSpan, outline } from '../lib/spans.js';
import { drawAreas } from './draw-areas.js';

// All pictures share it: masks are drawn one to one, then scaled in one step.
const scratch = document.createElement('canvas');

/**
 * Draws one picture with everything that belongs to it.
 * @param {CanvasRenderingContext2D} context
 * @param {ImageBitmap} bitmap
 * @param {object} header the message's JSON
 * @param {{layers: object, colorBy: string, hiddenClasses: string[], classes: string[], trails: object, areas: object[],
 *   unit: number, hovered: object | null}} look `unit` is a CSS pixel in the canvas' pixels
 */
export function drawPicture(context, bitmap, header, look) {
  const { width, height } = context.canvas;
  context.drawImage(bitmap, 0, 0, width, height);
  const shown = visible(header.detections, look.hiddenClasses);
  const scale = [width / header.width, height / header.height];
  if (look.layers.zones) {
    drawAreas(context, look.areas, look.unit);
  }

  if (look.layers.masks) {
    drawMasks(context, shown, header.picture, look);
  }

  if (look.layers.trails) {
    shown.forEach((detection) =>
      drawTrail(context, look.trails.of(detection.track_id), color(detection, look), scale, look.unit),
    );
  }

  if (look.layers.boxes) {
    shown.forEach((detection) => drawBox(context, detection, scale, look));
  }

  if (look.layers.labels) {
    drawLabels(context, shown, scale, look);
  }
}

/** The detections whose classes are switched on. */
export function visible(detections, hiddenClasses) {
  return hiddenClasses.length === 0
    ? detections
    : detections.filter(({ category }) => !hiddenClasses.includes(category));
}

/** What an object is called: "car 12". */
export const nameOf = ({ category, track_id: id }) => (id == null ? category : `${category} ${id}`);

const color = (detection, look) => colorOf(detection, look.colorBy, look.classes);

function drawMasks(context, detections, [width, height], look) {
  const masked = detections.filter(({ mask }) => mask?.length > 0);
  if (masked.length === 0) {
    return;
  }

  // Setting the size clears it as well.
  [scratch.width, scratch.height] = [width, height];
  const drawing = scratch.getContext('2d');
  for (const detection of masked) {
    drawing.fillStyle = color(detection, look);
    drawing.globalAlpha = look.hovered === detection ? 0.6 : 0.36;
    fill(drawing, detection.mask);
    drawing.globalAlpha = 0.9;
    fill(drawing, outline(detection.mask));
  }

  context.drawImage(scratch, 0, 0, context.canvas.width, context.canvas.height);
}

function fill(drawing, mask) {
  drawing.beginPath();
  eachSpan(mask, (x, y, height) => drawing.rect(x, y, 1, height));
  drawing.fill();
}

function drawBox(context, detection, [sx, sy], look) {
  const [x, y, width, height] = detection.bbox;
  context.setLineDash(detection.predicted ? [4 * look.unit, 3 * look.unit] : []);
  // A dark line below the bright one is seen on any picture.
  for (const [style, thickness] of [
    ['rgb(0 0 0 / 55%)', 3],
    [color(detection, look), look.hovered === detection ? 2.5 : 1.5],
  ]) {
    context.strokeStyle = style;
    context.lineWidth = thickness * look.unit;
    context.strokeRect(x * sx, y * sy, width * sx, height * sy);
  }

  context.setLineDash([]);
}

// The nearest objects, which are the largest, are named first; a name that would cover another is left out. Pointing tells it.
function drawLabels(context, detections, scale, look) {
  const taken = [];
  const bySize = [...detections].sort((a, b) => b.bbox[2] * b.bbox[3] - a.bbox[2] * a.bbox[3]);
  context.font = `600 ${11 * look.unit}px system-ui, sans-serif`;
  context.textBaseline = 'middle';
  for (const detection of bySize) {
    const place = placeOf(context, detection, scale, look.unit);
    if (detection === look.hovered || !taken.some((other) => overlap(place, other))) {
      taken.push(place);
      context.fillStyle = color(detection, look);
      context.fillRect(place.left, place.top, place.width, place.height);
      context.fillStyle = '#000';
      context.fillText(nameOf(detection), place.left + 4 * look.unit, place.top + place.height / 2 + look.unit / 2);
    }
  }
}

// Above the box, or in it where the picture ends.
function placeOf(context, detection, [sx, sy], unit) {
  const [x, y] = [detection.bbox[0] * sx, detection.bbox[1] * sy];
  const [width, height] = [context.measureText(nameOf(detection)).width + 8 * unit, 16 * unit];
  return {
    left: Math.max(0, Math.min(x - unit, context.canvas.width - width)),
    top: y >= height ? y - height : Math.max(0, y),
    width,
    height,
  };
}

const overlap = (a, b) =>
  a.left < b.left + b.width && b.left < a.left + a.width && a.top < b.top + b.height && b.top < a.top + a.height;

function drawTrail(context, points, style, [sx, sy], unit) {
  context.lineCap = 'round';
  context.strokeStyle = style;
  context.lineWidth = 2.5 * unit;
  for (let i = 1; i < points.length; i++) {
    context.globalAlpha = i / points.length;
    context.beginPath();
    context.moveTo(points[i - 1][0] * sx, points[i - 1][1] * sy);
    context.lineTo(points[i][0] * sx, points[i][1] * sy);
    context.stroke();
  }

  context.globalAlpha = 1;
}
