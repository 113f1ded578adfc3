import { html, useEffect, useRef } from './html.js';
import { Dialog } from './dialog.js';
import { icon } from './icons.js';
import { eventText, kindText } from '../lib/event-text.js';
import { counts, duration, percent, time } from '../lib/format.js';

/** All that is known of an event: its clip, its pictures, its facts; and the way to the ones beside it. */
export function EventDialog({ event, events, onOpen, onClose }) {
  const index = events.findIndex(({ id, run_id: run }) => id === event.id && run === event.run_id);
  const go = (step) => events[index + step] && onOpen(events[index + step]);
  const keys = (press) => {
    if (press.target.tagName !== 'VIDEO' && (press.key === 'ArrowLeft' || press.key === 'ArrowRight')) {
      go(press.key === 'ArrowLeft' ? -1 : 1);
    }
  };
  return html`<${Dialog} title=${eventText(event)} onClose=${onClose} onKeyDown=${keys}>
    ${event.clip_url && html`<${Clip} key=${event.clip_url + event.id} event=${event} />`}
    <div class="pictures">
      ${
        event.drawn_url &&
        html`<figure><img src=${event.drawn_url} alt="The whole picture with what was found" />
        <figcaption>At the event</figcaption></figure>`
      }
      ${
        event.snapshot_url &&
        html`<figure><img src=${event.snapshot_url} alt=${`The ${event.category ?? 'object'}`} />
        <figcaption>The object</figcaption></figure>`
      }
    </div>
    <${Facts} event=${event} />
    <footer class="bar">
      <button type="button" disabled=${index <= 0} onClick=${() => go(-1)}>${icon('back')}Newer</button>
      <button type="button" disabled=${index < 0 || index === events.length - 1} onClick=${() => go(1)}>
        Older${icon('forward')}</button>
      <span class="grow"></span>
      ${event.clip_url && html`<a class="button" href=${event.clip_url} download>${icon('down')}Clip</a>`}
      <a class="button" href=${`/camera/${encodeURIComponent(event.source_id)}`}>Camera</a>
    </footer>
  <//>`;
}

function Clip({ event }) {
  const video = useRef(null);
  const offset = event.clip_offset_s ?? 0;
  const toEvent = () => {
    video.current.currentTime = offset;
    video.current.play();
  };
  useEffect(() => {
    // The attribute alone does not mute a video that is made by a script; unmuted ones are not started by browsers.
    video.current.muted = true;
    video.current.play().catch(() => {});
  }, []);
  return html`<div class="clip">
    <video ref=${video} src=${event.clip_url} controls loop playsinline aria-label="Clip of the event"></video>
    <button type="button" onClick=${toEvent}>${icon('play')}From the event (${duration(offset)} into the clip)</button>
  </div>`;
}

function Facts({ event }) {
  const facts = [
    ['Time', time(event.at)],
    ['Camera', event.source_id],
    ['Event', kindText(event.event)],
    ['Zone', event.zone],
    ['Line', event.line && `${event.line} (${event.direction})`],
    [
      'Object',
      event.category && (event.track_id == null ? event.category : `${event.category}, number ${event.track_id}`),
    ],
    ['Score', event.score != null && percent(event.score)],
    ['Inside for', event.dwell_s != null && duration(event.dwell_s)],
    ['Count', event.count != null && `${event.count} (${counts(event.counts)})`],
    ['Cause', event.cause],
    ['Id', event.id],
  ];
  return html`<dl class="facts">${facts
    .filter(([, value]) => value)
    .map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}
