import { html, useEffect, useMemo, useRef, useState } from './html.js';
import { nameOf } from './draw.js';
import { LivePicture } from './live-picture.js';
import { prefs } from './prefs.js';
import { noteClasses } from './classes.js';
import { percent } from '../lib/format.js';
import { classesOf, run } from '../net/run.js';
import { useStore } from '../net/store.js';

/** The live canvas of a source, and the name of the object that is pointed at. */
export function Picture({ id, size, areas, label, layers }) {
  const canvas = useRef(null);
  const picture = useRef(null);
  const [tip, setTip] = useState(null);
  const look = useLook(areas, layers);

  useEffect(() => {
    const live = new LivePicture(canvas.current, id, size);
    picture.current = live;
    // What is scrolled out of sight is not watched.
    const seen = new IntersectionObserver(([entry]) => (live.isWatched = entry.isIntersecting), {
      rootMargin: '100px',
    });
    seen.observe(canvas.current);
    const drawn = ({ detail }) => noteClasses(detail.detections);
    canvas.current.addEventListener('drawn', drawn);
    return () => {
      seen.disconnect();
      live.close();
    };
  }, [id, size]);
  useEffect(() => {
    picture.current.look = look;
  }, [look, id, size]);

  const point = (event) => {
    const found = picture.current.pick(event.clientX, event.clientY);
    const box = event.currentTarget.getBoundingClientRect();
    setTip(
      found && {
        text: `${nameOf(found)} · ${percent(found.score)}`,
        x: event.clientX - box.left,
        y: event.clientY - box.top,
      },
    );
  };
  const leave = () => {
    picture.current.leave();
    setTip(null);
  };
  return html`<div class="picture" onPointerMove=${point} onPointerLeave=${leave}>
    <canvas ref=${canvas} role="img" aria-label=${label} data-source=${id}></canvas>
    ${tip && html`<span class="tip" style=${{ left: `${tip.x}px`, top: `${tip.y}px` }}>${tip.text}</span>`}
  </div>`;
}

function useLook(areas, fixedLayers) {
  const { layers: chosen, colorBy, hiddenClasses } = useStore(prefs);
  const layers = fixedLayers ?? chosen;
  const classes = classesOf(useStore(run));
  return useMemo(
    () => ({ layers, colorBy, hiddenClasses, classes, areas }),
    [layers, colorBy, hiddenClasses, classes.join('\n'), areas],
  );
}
