// Zones, lines, ignored and private areas of a source: as its settings hold them, and as the editor moves them.

export const kinds = {
  zones: { key: 'polygon', one: 'zone', title: 'Zones', least: 3, most: 100, named: true },
  lines: { key: 'points', one: 'line', title: 'Lines', least: 2, most: 2, named: true },
  ignore: { key: 'polygon', one: 'ignored area', title: 'Ignored areas', least: 3, most: 100, named: false },
  privacy_areas: { key: 'polygon', one: 'private area', title: 'Private areas', least: 3, most: 100, named: false },
};

/**
 * The shapes in a source's settings, their points as parts of the picture.
 * @returns {Array<{kind: string, entry: object, points: number[][], isMoved: boolean}>}
 */
export function shapesOf(settings, width, height) {
  return Object.entries(kinds).flatMap(([kind, { key }]) =>
    listOf(settings[kind])
      .filter((entry) => Array.isArray(entry?.[key]))
      .map((entry) => ({
        kind,
        entry,
        points: inPixels(entry, key) ? entry[key].map(([x, y]) => [x / width, y / height]) : entry[key],
        isMoved: false,
      })),
  );
}

/** The merge patch of what the editor changed: whole lists, since a merge patch knows no less; null for one that is empty. */
export function patchOf(shapes, settings, width, height) {
  const patch = {};
  for (const [kind, { key }] of Object.entries(kinds)) {
    const list = shapes.filter((shape) => shape.kind === kind).map((shape) => entryOf(shape, key, width, height));
    if (JSON.stringify(list) !== JSON.stringify(listOf(settings[kind]))) {
      patch[kind] = list.length > 0 ? list : null;
    }
  }

  return patch;
}

/** A name that no shape of its kind has: "zone 1". */
export function freshName(shapes, kind) {
  const taken = new Set(shapes.filter((shape) => shape.kind === kind).map((shape) => shape.entry.name));
  let number = 1;
  while (taken.has(`${kinds[kind].one} ${number}`)) {
    number++;
  }

  return `${kinds[kind].one} ${number}`;
}

/** What a shape is called in lists. */
export function nameOf(shapes, index) {
  const { kind, entry } = shapes[index];
  const number = shapes.slice(0, index + 1).filter((shape) => shape.kind === kind).length;
  return entry.name ?? `${kinds[kind].one} ${number}`;
}

function entryOf({ entry, points, isMoved }, key, width, height) {
  if (!isMoved) {
    return entry;
  }

  const pixels = inPixels(entry, key);
  const moved = pixels
    ? points.map(([x, y]) => [Math.round(x * width), Math.round(y * height)])
    : points.map(([x, y]) => [round(x), round(y)]);
  // Pixels are known by a coordinate above 1; where none is left, it must be said.
  const units = pixels && moved.flat().every((value) => value <= 1) ? { units: 'pixels' } : {};
  return { ...entry, ...units, [key]: moved };
}

function inPixels(entry, key) {
  return (
    entry.units === 'pixels' || (entry.units !== 'relative' && (entry[key] ?? []).flat().some((value) => value > 1))
  );
}

const listOf = (value) => (Array.isArray(value) ? value : value ? [value] : []);

const round = (value) => Math.round(value * 10_000) / 10_000;
