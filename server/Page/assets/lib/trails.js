const kept = 40;
const second = 1e9;

/** Where the objects of a source were lately: for each track, the middles of the lower edges of its boxes. */
export class Trails {
  #tracks = new Map();
  #epoch = -1;

  /** Takes a frame's detections along. */
  add({ epoch, pts_ns: now, detections }) {
    if (epoch !== this.#epoch) {
      this.#tracks.clear();
      this.#epoch = epoch;
    }

    for (const {
      track_id: id,
      bbox: [x, y, width, height],
    } of detections) {
      if (id != null) {
        const track = this.#tracks.get(id) ?? { points: [] };
        this.#tracks.set(id, { at: now, points: [...track.points.slice(1 - kept), [x + width / 2, y + height]] });
      }
    }

    for (const [id, { at }] of this.#tracks) {
      // A file that begins anew goes back in time.
      if (Math.abs(now - at) > 3 * second) {
        this.#tracks.delete(id);
      }
    }
  }

  of(id) {
    return this.#tracks.get(id)?.points ?? [];
  }

  get size() {
    return this.#tracks.size;
  }
}
