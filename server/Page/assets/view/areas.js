import { useMemo } from './html.js';
import { total } from '../lib/format.js';
import { nameOf, shapesOf } from '../lib/shapes.js';
import { sourcePath } from '../net/api.js';
import { useResource } from '../net/resource.js';

/** A source's zones and lines to be drawn over its pictures, with what is counted in them. */
export function useAreas(source, isWanted, every = 5000) {
  const isSized = isWanted && source.width > 0;
  const { data: settings, reload } = useResource(isSized ? sourcePath(source.id, '/settings') : null, 30_000);
  const shapes = useMemo(
    () => (settings && source.width ? shapesOf(settings.settings, source.width, source.height) : []),
    [JSON.stringify(settings?.settings), source.width, source.height],
  );
  const isCounted = shapes.some(({ kind }) => kind === 'zones' || kind === 'lines');
  const { data: counts } = useResource(isCounted ? sourcePath(source.id, '/counts') : null, every);
  const areas = useMemo(
    () => shapes.map((shape, index) => ({ ...shape, label: labelOf(shapes, index, counts) })),
    [shapes, counts],
  );
  return { areas: isSized ? areas : [], counts, reload };
}

function labelOf(shapes, index, counts) {
  const { kind, entry } = shapes[index];
  if (kind === 'zones') {
    const zone = counts?.zones?.find(({ name }) => name === entry.name);
    return zone ? `${entry.name}: ${total(zone.occupancy)}` : entry.name;
  }

  if (kind === 'lines') {
    const line = counts?.lines?.find(({ name }) => name === entry.name);
    return line ? `${entry.name}: ${line.directions.map(({ crossed }) => total(crossed)).join(' / ')}` : entry.name;
  }

  return kind === 'privacy_areas' ? nameOf(shapes, index) : '';
}
