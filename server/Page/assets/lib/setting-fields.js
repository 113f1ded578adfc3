// The settings of a source that have a field of their own; all others are changed as JSON, or in the run file.

export const settingFields = [
  { key: 'input', title: 'Input', type: 'text', help: 'An address, a file, a folder, usb:0, or a drawn street.' },
  { key: 'user', title: 'User', type: 'text' },
  { key: 'password', title: 'Password', type: 'password', help: 'Stays as it is while it shows asterisks.' },
  { key: 'track', title: 'Tracker', type: 'choice', choices: ['none', 'bytetrack', 'ocsort', 'masks'] },
  { key: 'classes', title: 'Classes', type: 'list', help: 'Separated by commas; empty for all.' },
  { key: 'score', title: 'Least score', type: 'number', least: 0, most: 1 },
  { key: 'max_fps', title: 'Most frames a second', type: 'number', least: 0.001, most: 1000 },
  { key: 'transport', title: 'RTSP transport', type: 'choice', choices: ['tcp', 'udp'] },
];

/** A setting as the text of its field. */
export const textOf = (value) => (value == null ? '' : Array.isArray(value) ? value.join(', ') : String(value));

/** A field's text as the setting's value; undefined when it is empty, and the usual value holds. */
export function valueOf({ type }, text) {
  if (text.trim() === '') {
    return undefined;
  }

  return type === 'number'
    ? Number(text)
    : type === 'list'
      ? text
          .split(',')
          .map((part) => part.trim())
          .filter(Boolean)
      : text;
}

/** Settings with one of them changed; without it when the value is undefined. */
export function withSetting(settings, key, value) {
  const { [key]: _, ...rest } = settings;
  return value === undefined ? rest : { ...settings, [key]: value };
}
