import { html, useEffect, useRef, useState } from '../view/html.js';
import { useAction } from '../view/action.js';
import { EventCard } from '../view/event-card.js';
import { EventDialog } from '../view/event-dialog.js';
import { EventFilter } from '../view/event-filter.js';
import { icon } from '../view/icons.js';
import { ProblemNote } from '../view/problem.js';
import { matches, noFilter, queryOf } from '../lib/event-filter.js';
import { plural } from '../lib/format.js';
import { apiUrl, ask } from '../net/api.js';
import { followEvents } from '../net/event-stream.js';

/** The search of events: pictures, clips, a table to take away. */
export function Page({ status }) {
  const [filter, setFilter] = useState(fromAddress);
  const [events, setEvents] = useState(null);
  const [next, setNext] = useState(null);
  const [waiting, setWaiting] = useState([]);
  const [open, setOpen] = useState(null);
  const { isBusy, error, act } = useAction();
  const newest = useRef({ filter, turn: 0 });
  newest.current.filter = filter;

  const search = (before) =>
    act(async () => {
      const turn = ++newest.current.turn;
      const { data } = await ask(`events?${queryOf(filter, { limit: 60, before })}`);
      // An answer that another search has overtaken is of no use.
      if (turn === newest.current.turn) {
        setEvents((old) => (before ? [...old, ...data.events] : data.events));
        setNext(data.next);
        setWaiting((old) => (before ? old : []));
      }
    });
  useEffect(() => {
    const query = queryOf(filter);
    history.replaceState(null, '', query ? `?${query}` : location.pathname);
    search();
  }, [filter]);
  useEffect(
    () =>
      followEvents(
        (event) => matches(event, newest.current.filter) && setWaiting((old) => [event, ...old].slice(0, 200)),
      ),
    [],
  );

  // They come in at once at the top of the page; further down nothing moves under the reader's eyes.
  useEffect(() => {
    if (waiting.length > 0 && scrollY < 80 && !open) {
      show();
    }
  }, [waiting]);
  const show = () => {
    const known = new Set((events ?? []).map(keyOf));
    setEvents([
      ...waiting.filter((event) => !known.has(keyOf(event))).map((event) => ({ ...event, isNew: true })),
      ...(events ?? []),
    ]);
    setWaiting([]);
  };
  return html`<div class="bar"><h1 class="grow">Events</h1>
      <a class="button" download href=${apiUrl(`events.csv?${queryOf(filter)}`)}>${icon('down')}CSV</a></div>
    <${EventFilter} filter=${filter} status=${status} onChange=${setFilter} />
    <${ProblemNote} error=${error} />
    ${
      waiting.length > 0 &&
      html`<p class="fresh"><button type="button" class="primary" onClick=${() => (show(), scrollTo(0, 0))}>
      Show ${plural(waiting.length, 'new event')}</button></p>`
    }
    ${
      events?.length === 0 &&
      html`<div class="empty"><h2>No events</h2>
      <p class="muted">${
        JSON.stringify(filter) === JSON.stringify(noFilter)
          ? 'Events come from tracks, zones and lines; output.events must be on in the run file.'
          : 'None matches this search.'
      }</p></div>`
    }
    <ul class="events">${events?.map(
      (event) => html`<${EventCard} key=${keyOf(event)} event=${event} isNew=${event.isNew}
      onOpen=${setOpen} />`,
    )}</ul>
    ${
      next &&
      html`<p class="more"><button type="button" disabled=${isBusy} onClick=${() => search(next)}>Show older ones</button></p>`
    }
    ${open && html`<${EventDialog} event=${open} events=${events} onOpen=${setOpen} onClose=${() => setOpen(null)} />`}`;
}

// A search can be kept as a bookmark; its times are local in the form and UTC in the address.
function fromAddress() {
  const query = new URLSearchParams(location.search);
  const entries = Object.keys(noFilter).map((key) => [key, query.get(key) ?? '']);
  return Object.fromEntries(
    entries.map(([key, value]) => [key, value && (key === 'from' || key === 'to') ? local(value) : value]),
  );
}

function local(iso) {
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? '' : new Date(at - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

const keyOf = ({ run_id: run, id }) => `${run} ${id}`;
