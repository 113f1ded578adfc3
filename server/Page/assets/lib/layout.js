/**
 * The number of columns with which all tiles are visible at once and as large as possible.
 * @returns {{columns: number, width: number}} no column when tiles would be narrower than `least`: then the page scrolls
 */
export function fitColumns(count, width, height, { gap, least, aspect = 16 / 9 }) {
  let [best, bestWidth] = [0, least];
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const byWidth = (width - gap * (columns - 1)) / columns;
    const byHeight = ((height - gap * (rows - 1)) / rows) * aspect;
    const tile = Math.min(byWidth, byHeight);
    if (tile > bestWidth) {
      [best, bestWidth] = [columns, tile];
    }
  }

  return { columns: best, width: best && Math.floor(bestWidth) };
}
