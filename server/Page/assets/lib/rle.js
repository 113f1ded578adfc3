// COCO's compressed run lengths, column by column, as pycocotools writes them.

/** The mask's vertical spans. `size` is [height, width]. */
export function spansOf({ size: [height, width], counts }) {
  const spans = [];
  let [at, set] = [0, false];
  for (const run of runs(counts)) {
    if (set) {
      addSpans(spans, at, run, height);
    }

    at += run;
    set = !set;
  }

  return at <= height * width ? spans : [];
}

function addSpans(spans, start, run, height) {
  for (let at = start; at < start + run;) {
    const y = at % height;
    const length = Math.min(height - y, start + run - at);
    spans.push(Math.floor(at / height), y, length);
    at += length;
  }
}

// Six bits a character from "0" on: five of the number, one that says whether more follow. From the third run on, what is
// written is the difference to the run before the previous one.
function runs(counts) {
  const found = [];
  for (let i = 0; i < counts.length;) {
    let [value, shift, bits] = [0, 0, 0];
    do {
      bits = counts.charCodeAt(i++) - 48;
      value |= (bits & 31) << shift;
      shift += 5;
    } while (bits & 32);

    if (bits & 16 && shift < 32) {
      value |= -1 << shift;
    }

    found.push(found.length > 2 ? value + found[found.length - 2] : value);
  }

  return found;
}
