import { html, useEffect, useState } from './html.js';
import { EventCard } from './event-card.js';
import { EventDialog } from './event-dialog.js';
import { ProblemNote } from './problem.js';
import { onEvent } from '../net/live.js';
import { useResource } from '../net/resource.js';

/** The newest events of a camera. */
export function CameraEvents({ id }) {
  const { data, error } = useResource(`events?source=${encodeURIComponent(id)}&limit=24`, 15_000);
  const [fresh, setFresh] = useState([]);
  const [open, setOpen] = useState(null);
  useEffect(() => onEvent((event) => event.source_id === id && setFresh((old) => [event, ...old].slice(0, 24))), [id]);
  const events = merged(fresh, data?.events ?? []);
  return html`<section aria-label="Events">
    <div class="bar"><h2 class="grow">Events</h2>
      <a class="button" href=${`/events?source=${encodeURIComponent(id)}`}>All of them</a></div>
    <${ProblemNote} error=${error} />
    ${
      data &&
      events.length === 0 &&
      html`<p class="muted">Nothing has happened yet. Events come from tracks, zones and lines.</p>`
    }
    <ul class="events">${events.map((event) => html`<${EventCard} key=${keyOf(event)} event=${event} onOpen=${setOpen} />`)}</ul>
    ${open && html`<${EventDialog} event=${open} events=${events} onOpen=${setOpen} onClose=${() => setOpen(null)} />`}
  </section>`;
}

// What the query knows is more than what came live: by then snapshots and clips are known.
function merged(fresh, known) {
  const keys = new Set(known.map(keyOf));
  return [...fresh.filter((event) => !keys.has(keyOf(event))), ...known].slice(0, 24);
}

const keyOf = ({ run_id: run, id }) => `${run} ${id}`;
