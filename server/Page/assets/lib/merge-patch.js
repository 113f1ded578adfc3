/** The JSON merge patch (RFC 7396) that makes one object of another: what differs; null removes. */
export function mergePatch(before, after) {
  const patch = {};
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (!(key in after)) {
      patch[key] = null;
    } else if (isObject(before[key]) && isObject(after[key])) {
      const inner = mergePatch(before[key], after[key]);
      if (Object.keys(inner).length > 0) {
        patch[key] = inner;
      }
    } else if (!same(before[key], after[key])) {
      patch[key] = after[key];
    }
  }

  return patch;
}

export const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
