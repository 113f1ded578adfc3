// What the search of events asks for: a plain object of texts, empty where nothing is asked.

export const noFilter = { from: '', to: '', source: '', zone: '', class: '', event: '', text: '' };

/** The query of the API; times of the form are local, the API's are UTC. */
export function queryOf(filter, more = {}) {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries({ ...filter, ...more })) {
    if (value) {
      query.set(key, key === 'from' || key === 'to' ? new Date(value).toISOString() : value);
    }
  }

  return query.toString();
}

/** Whether an event that arrives now belongs to what is shown. */
export function matches(event, filter) {
  const at = Date.parse(event.at);
  return (
    (!filter.from || at >= Date.parse(filter.from)) &&
    (!filter.to || at <= Date.parse(filter.to)) &&
    (!filter.source || event.source_id === filter.source) &&
    (!filter.zone || event.zone === filter.zone || event.line === filter.zone) &&
    (!filter.class || event.category === filter.class) &&
    (!filter.event || event.event === filter.event) &&
    (!filter.text || words(event).includes(filter.text.toLowerCase()))
  );
}

const words = (event) =>
  [event.id, event.source_id, event.zone, event.line, event.category, event.event, event.track_id]
    .join(' ')
    .toLowerCase();
