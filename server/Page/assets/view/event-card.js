import { html } from './html.js';
import { icon } from './icons.js';
import { eventDetail, eventText } from '../lib/event-text.js';
import { time } from '../lib/format.js';

/** An event with its snapshot; a click shows more. */
export function EventCard({ event, onOpen, isNew }) {
  const picture = event.snapshot_url ?? event.drawn_url;
  return html`<li class=${`event ${isNew ? 'new' : ''}`}>
    <button type="button" onClick=${() => onOpen(event)}>
      <span class="thumb">
        ${picture ? html`<img src=${picture} alt="" loading="lazy" decoding="async" />` : icon(iconOf(event))}
        ${event.clip_url && html`<span class="badge">${icon('film')}Clip</span>`}
      </span>
      <span class="text">
        <strong>${eventText(event)}</strong>
        <span class="muted">${[event.source_id, eventDetail(event)].filter(Boolean).join(' · ')}</span>
        <time class="muted" datetime=${event.at}>${time(event.at)}</time>
      </span>
    </button>
  </li>`;
}

const icons = { source_lost: 'error', source_back: 'ok', clip_saved: 'film', occupancy_changed: 'shape' };

const iconOf = ({ event }) => icons[event] ?? 'events';
