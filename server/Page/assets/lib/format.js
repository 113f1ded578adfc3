const whole = new Intl.NumberFormat('en');

export const count = (value) => (value == null ? '–' : whole.format(value));

/** "1 camera", "2 cameras". */
export const plural = (value, one, many = `${one}s`) => `${count(value)} ${value === 1 ? one : many}`;

export const rate = (value) => (value == null ? '–' : `${value < 10 ? value.toFixed(1) : Math.round(value)}/s`);

/** Seconds in the unit that fits: "0.2 s", "14 s", "3 min", "2 h". */
export function duration(seconds) {
  if (seconds == null) {
    return '–';
  }

  const [value, unit] =
    seconds < 90
      ? [seconds, 's']
      : seconds < 5400
        ? [seconds / 60, 'min']
        : seconds < 172_800
          ? [seconds / 3600, 'h']
          : [seconds / 86_400, 'days'];
  return `${unit === 's' && value < 9.95 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}

export function bytes(value) {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let power = 0;
  for (let rest = value; rest >= 1000 && power < units.length - 1; rest /= 1000) {
    power++;
  }

  return value == null ? '–' : `${(value / 1000 ** power).toFixed(power > 2 ? 1 : 0)} ${units[power]}`;
}

export const percent = (part) => (part == null ? '–' : `${Math.round(part * 100)} %`);

/** A time of day, with the day unless it is today. */
export function time(iso, now = new Date()) {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) {
    return '–';
  }

  const clock = at.toLocaleTimeString('en-GB');
  return at.toDateString() === now.toDateString()
    ? clock
    : `${at.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })}, ${clock}`;
}

/** "3 × car, 1 × person" of {car: 3, person: 1}. */
export function counts(byClass) {
  const parts = Object.entries(byClass ?? {})
    .filter(([, n]) => n > 0)
    .map(([name, n]) => `${n} × ${name}`);
  return parts.length > 0 ? parts.join(', ') : 'none';
}

export const total = (byClass) => Object.values(byClass ?? {}).reduce((sum, n) => sum + n, 0);
