// Points and polygons; points are [x, y], mostly in parts of the picture (0 to 1).

export const clamp = (value, least, most) => Math.min(most, Math.max(least, value));

/** Whether a point lies in a polygon (even-odd). */
export function inPolygon([x, y], polygon) {
  let inside = false;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const [[xi, yi], [xj, yj]] = [polygon[i], polygon[j]];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) {
      inside = !inside;
    }
  }

  return inside;
}

/** Moves a point, but not out of the picture. */
export function movedTo(points, index, [x, y]) {
  return points.map((point, i) => (i === index ? [clamp(x, 0, 1), clamp(y, 0, 1)] : point));
}

/** Moves all points by the same way, as far as none leaves the picture. */
export function movedBy(points, dx, dy) {
  const [xs, ys] = [points.map((p) => p[0]), points.map((p) => p[1])];
  const [mx, my] = [clamp(dx, -Math.min(...xs), 1 - Math.max(...xs)), clamp(dy, -Math.min(...ys), 1 - Math.max(...ys))];
  return points.map(([x, y]) => [x + mx, y + my]);
}

/** Inserts a point in the middle of the edge that begins at an index. */
export function withMiddle(points, index) {
  return [
    ...points.slice(0, index + 1),
    middle(points[index], points[(index + 1) % points.length]),
    ...points.slice(index + 1),
  ];
}

export const middle = ([ax, ay], [bx, by]) => [(ax + bx) / 2, (ay + by) / 2];

/** The middle of all points: where the whole shape is held. */
export function centre(points) {
  return [
    points.reduce((sum, p) => sum + p[0], 0) / points.length,
    points.reduce((sum, p) => sum + p[1], 0) / points.length,
  ];
}

/** The highest of all points, the left one of several: where a name is written. */
export const topmost = (points) =>
  points.reduce((best, p) => (p[1] < best[1] || (p[1] === best[1] && p[0] < best[0]) ? p : best));

/** Whether two edges of the polygon cross. */
export function crossesItself(points) {
  const n = points.length;
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      const touch = j === i + 1 || (i === 0 && j === n - 1);
      if (!touch && cross(points[i], points[(i + 1) % n], points[j], points[(j + 1) % n])) {
        return true;
      }
    }
  }

  return false;
}

function cross(a, b, c, d) {
  return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
}

const side = ([ax, ay], [bx, by], [x, y]) => Math.sign((bx - ax) * (y - ay) - (by - ay) * (x - ax));

/** The largest rectangle of some aspect within a box, in its middle. */
export function contained(aspect, width, height) {
  const w = Math.min(width, height * aspect);
  const h = w / aspect;
  return { x: (width - w) / 2, y: (height - h) / 2, width: w, height: h };
}
