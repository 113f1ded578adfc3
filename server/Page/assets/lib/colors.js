// Bright colours: they stand out from pictures, and black text on each has a contrast of more than 7 to 1.
const palette = [
  '#ffd166',
  '#4cc9f0',
  '#ff9eb5',
  '#7ae582',
  '#d0a5ff',
  '#ffad69',
  '#5ce1d0',
  '#f4f06a',
  '#a9c6ff',
  '#ff9b85',
  '#b8e986',
  '#f5b5ff',
];

/** The colour of a detection: by its track, or by its class. */
export function colorOf(detection, by, classes) {
  const key =
    by === 'class' || detection.track_id == null ? classIndex(detection.category, classes) : detection.track_id;
  return palette[Math.abs(key) % palette.length];
}

function classIndex(name, classes) {
  const index = classes.indexOf(name);
  return index >= 0 ? index : [...name].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 9973, 0);
}
