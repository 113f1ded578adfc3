import { duration } from './format.js';

const titles = {
  object_appeared: 'appeared',
  object_left: 'left',
  zone_entered: 'entered',
  zone_left: 'left',
  loitering: 'loiters in',
  line_crossed: 'crossed',
  occupancy_changed: 'Objects in',
  source_lost: 'Camera lost',
  source_back: 'Camera is back',
  clip_saved: 'Clip saved',
};

export const eventKinds = Object.keys(titles);

/** "zone_entered" as people say it: "zone entered". */
export const kindText = (kind) => kind.replaceAll('_', ' ');

/** An event in a few words: "car 7 entered parking". */
export function eventText(event) {
  const who = event.category ? `${event.category}${event.track_id == null ? '' : ` ${event.track_id}`}` : '';
  const what = titles[event.event] ?? kindText(event.event);
  switch (event.event) {
    case 'zone_entered':
    case 'zone_left':
    case 'loitering':
      return `${who} ${what} ${event.zone}`;
    case 'line_crossed':
      return `${who} ${what} ${event.line} (${event.direction})`;
    case 'occupancy_changed':
      return `${what} ${event.zone}: ${event.count}`;
    case 'source_lost':
      return event.cause ? `${what}: ${event.cause}` : what;
    default:
      return who ? `${who} ${what}` : what;
  }
}

/** What else is known of it: the dwell time, the cause. */
export function eventDetail(event) {
  const parts = [];
  if (event.dwell_s != null) {
    parts.push(`after ${duration(event.dwell_s)}`);
  }

  if (event.cause && event.event !== 'source_lost') {
    parts.push(`cause: ${kindText(event.cause)}`);
  }

  return parts.join(', ');
}
