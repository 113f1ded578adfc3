// Masks as vertical spans: [x, y, height, x, y, height, …], ordered by x, then y.

/** Calls back with each span. */
export function eachSpan(mask, span) {
  for (let i = 0; i + 2 < mask.length; i += 3) {
    span(mask[i], mask[i + 1], mask[i + 2]);
  }
}

/** Whether a pixel belongs to the mask. */
export function contains(mask, x, y) {
  const [px, py] = [Math.floor(x), Math.floor(y)];
  for (let i = 0; i + 2 < mask.length; i += 3) {
    if (mask[i] === px && py >= mask[i + 1] && py < mask[i + 1] + mask[i + 2]) {
      return true;
    }
  }

  return false;
}

/** The spans of the mask's outermost pixels: those with a neighbour above, below, left or right that is outside. */
export function outline(mask) {
  const columns = new Map();
  eachSpan(mask, (x, y, height) => {
    const column = columns.get(x);
    column ? column.push([y, y + height]) : columns.set(x, [[y, y + height]]);
  });

  const edge = [];
  for (const [x, column] of columns) {
    const [left, right] = [columns.get(x - 1) ?? [], columns.get(x + 1) ?? []];
    for (const [top, bottom] of column) {
      // What both neighbours cover is inside, but for the ends.
      let from = top;
      for (const [a, b] of intersect(left, right)) {
        const [innerTop, innerBottom] = [Math.max(a, top + 1), Math.min(b, bottom - 1)];
        if (innerTop < innerBottom && innerTop >= from) {
          edge.push(x, from, innerTop - from);
          from = innerBottom;
        }
      }

      if (from < bottom) {
        edge.push(x, from, bottom - from);
      }
    }
  }

  return edge;
}

function intersect(some, others) {
  const common = [];
  for (const [a, b] of some) {
    for (const [c, d] of others) {
      if (Math.max(a, c) < Math.min(b, d)) {
        common.push([Math.max(a, c), Math.min(b, d)]);
      }
    }
  }

  return common;
}
