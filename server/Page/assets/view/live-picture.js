import { contained } from '../lib/geometry.js';
import { contains } from '../lib/spans.js';
import { Trails } from '../lib/trails.js';
import { acknowledge, watch } from '../net/live.js';
import { drawPicture, visible } from './draw.js';

const unknown = { layers: {}, colorBy: 'track', hiddenClasses: [], classes: [], areas: [] };

/**
 * One source's live picture on a canvas. It holds the newest picture alone, and draws it and what was found in it from the same
 * message, so the two never part. Each picture that was drawn is told to the server, and to the page as a "drawn" event.
 */
export class LivePicture {
  #canvas;
  #id;
  #size;
  #context;
  #look = unknown;
  #trails = new Trails();
  #unwatch = null;
  #next = null;
  #ready = null;
  #shown = null;
  #isDecoding = false;
  #frame = 0;
  #hovered = null;
  #resized;
  #isClosed = false;

  constructor(canvas, id, size) {
    [this.#canvas, this.#id, this.#size] = [canvas, id, size];
    this.#context = canvas.getContext('2d', { alpha: false });
    this.#resized = new ResizeObserver(() => this.#redraw());
    this.#resized.observe(canvas);
  }

  /** The message whose picture is on the canvas; null until there is one. */
  get header() {
    return this.#shown?.header ?? null;
  }

  /** Asks for pictures, or asks for none: a picture out of sight costs nothing. */
  set isWatched(value) {
    if (value && !this.#unwatch) {
      this.#unwatch = watch(this.#id, this.#size, (message) => this.#receive(message));
    } else if (!value && this.#unwatch) {
      this.#unwatch();
      this.#unwatch = null;
    }
  }

  /** Changes what is drawn over the picture: layers, classes, zones. */
  set look(value) {
    this.#look = value;
    this.#redraw();
  }

  /** The object at a point of the window, the smallest first; it is drawn brighter. */
  pick(clientX, clientY) {
    const found = this.header && this.#at(clientX, clientY);
    if (found !== this.#hovered) {
      this.#hovered = found;
      this.#redraw();
    }

    return found;
  }

  /** No object is pointed at any more. */
  leave() {
    this.#hovered = null;
    this.#redraw();
  }

  close() {
    this.#isClosed = true;
    this.isWatched = false;
    this.#resized.disconnect();
    cancelAnimationFrame(this.#frame);
    this.#ready?.bitmap.close();
    this.#shown?.bitmap.close();
    [this.#next, this.#ready, this.#shown] = [null, null, null];
  }

  #receive(message) {
    if (message.jpeg.length === 0) {
      // A frame without a picture: what is drawn stays.
      acknowledge(this.#id, message.header.n);
      return;
    }

    // A picture that still waits is out of date now.
    this.#next = message;
    if (!this.#isDecoding) {
      this.#decode();
    }
  }

  async #decode() {
    this.#isDecoding = true;
    while (this.#next && !this.#isClosed) {
      const { header, jpeg } = this.#next;
      this.#next = null;
      try {
        const bitmap = await createImageBitmap(new Blob([jpeg], { type: 'image/jpeg' }));
        if (this.#isClosed) {
          bitmap.close();
          break;
        }

        this.#ready?.bitmap.close();
        this.#ready = { header, bitmap };
        this.#redraw();
      } catch {
        // A damaged picture must not stop the ones after it.
        acknowledge(this.#id, header.n);
      }
    }

    this.#isDecoding = false;
  }

  #redraw() {
    if (this.#frame === 0 && !this.#isClosed) {
      this.#frame = requestAnimationFrame(() => {
        this.#frame = 0;
        this.#draw();
      });
    }
  }

  #draw() {
    const arrived = this.#ready;
    if (arrived) {
      this.#shown?.bitmap.close();
      [this.#shown, this.#ready] = [arrived, null];
      this.#trails.add(arrived.header);
      this.#hovered = this.#hovered && sameObject(arrived.header.detections, this.#hovered);
    }

    if (this.#shown) {
      const { bitmap, header } = this.#shown;
      const unit = this.#fit(bitmap);
      drawPicture(this.#context, bitmap, header, { ...this.#look, trails: this.#trails, unit, hovered: this.#hovered });
    }

    if (arrived) {
      acknowledge(this.#id, arrived.header.n);
      this.#canvas.dispatchEvent(new CustomEvent('drawn', { bubbles: true, detail: arrived.header }));
    }
  }

  // The canvas has the pixels of the screen that it covers, so that lines and texts are sharp; pictures twice their size at most.
  #fit(bitmap) {
    const density = devicePixelRatio || 1;
    const box = contained(bitmap.width / bitmap.height, this.#canvas.clientWidth || 1, this.#canvas.clientHeight || 1);
    const width = Math.max(1, Math.min(Math.round(box.width * density), bitmap.width * 2));
    const height = Math.max(1, Math.round((width * bitmap.height) / bitmap.width));
    if (this.#canvas.width !== width || this.#canvas.height !== height) {
      [this.#canvas.width, this.#canvas.height] = [width, height];
    }

    return width / Math.max(1, box.width);
  }

  #at(clientX, clientY) {
    const { header } = this.#shown;
    const bounds = this.#canvas.getBoundingClientRect();
    const box = contained(header.width / header.height, bounds.width, bounds.height);
    const [x, y] = [(clientX - bounds.left - box.x) / box.width, (clientY - bounds.top - box.y) / box.height];
    const [px, py] = [x * header.picture[0], y * header.picture[1]];
    const hits = visible(header.detections, this.#look.hiddenClasses).filter(
      ({ bbox: [left, top, width, height] }) =>
        x * header.width >= left &&
        x * header.width <= left + width &&
        y * header.height >= top &&
        y * header.height <= top + height,
    );
    const bySize = hits.sort((a, b) => a.bbox[2] * a.bbox[3] - b.bbox[2] * b.bbox[3]);
    return bySize.find(({ mask }) => mask && contains(mask, px, py)) ?? bySize[0] ?? null;
  }
}

const sameObject = (detections, { track_id: id }) =>
  id == null ? null : (detections.find((other) => other.track_id === id) ?? null);
