import { html, useEffect, useRef, useState } from './html.js';
import { ProblemNote } from './problem.js';
import { time } from '../lib/format.js';
import { ask } from '../net/api.js';

const kept = 2000;
const levels = ['trace', 'debug', 'info', 'warning', 'error', 'critical'];
const other = { information: 'info', warn: 'warning', fail: 'error', crit: 'critical' };

/** What was logged in the last hour; new lines come at the end. */
export function Logs() {
  const { lines, error } = useLogs();
  const [least, setLeast] = useState('info');
  const [text, setText] = useState('');
  const list = useRef(null);
  const isAtEnd = useRef(true);
  const shown = lines.filter(
    (line) =>
      levels.indexOf(levelOf(line)) >= levels.indexOf(least) &&
      `${line.category} ${line.message}`.toLowerCase().includes(text.toLowerCase()),
  );
  useEffect(() => {
    if (isAtEnd.current) {
      list.current.scrollTop = list.current.scrollHeight;
    }
  }, [shown.length]);
  const scrolled = ({ currentTarget: box }) =>
    (isAtEnd.current = box.scrollHeight - box.scrollTop - box.clientHeight < 20);
  return html`<section class="card" aria-label="Logs">
    <div class="bar"><h2 class="grow">Logs</h2>
      <label class="inline"><span class="hidden">Search the logs</span>
        <input type="search" placeholder="Search" value=${text}
          onInput=${(event) => setText(event.currentTarget.value)} /></label>
      <label class="inline"><span class="hidden">Least level</span>
        <select value=${least} onChange=${(event) => setLeast(event.currentTarget.value)}>
          ${levels.map((level) => html`<option value=${level}>${level}</option>`)}</select></label></div>
    <${ProblemNote} error=${error} />
    <div class="logs" ref=${list} onScroll=${scrolled} tabindex="0" role="log" aria-label="Lines" aria-live="off">
      ${shown.map(
        (line) => html`<p class=${levelOf(line)}><time>${time(line.at)}</time> <b>${levelOf(line)}</b> ${' '}
        <i>${line.category}</i> ${line.message}</p>`,
      )}
      ${shown.length === 0 && html`<p class="muted">No lines.</p>`}
    </div></section>`;
}

const levelOf = ({ level }) => other[level.toLowerCase()] ?? level.toLowerCase();

function useLogs() {
  const [lines, setLines] = useState([]);
  const [error, setError] = useState(null);
  useEffect(() => {
    const abort = new AbortController();
    let [timer, cursor] = [0, null];
    const read = async () => {
      try {
        const { data } = await ask(cursor == null ? 'logs' : `logs?since=${encodeURIComponent(cursor)}`, {
          signal: abort.signal,
        });
        cursor = data.next ?? cursor;
        setError(null);
        if (data.lines.length > 0) {
          setLines((old) => [...old, ...data.lines].slice(-kept));
        }
      } catch (problem) {
        if (!abort.signal.aborted) {
          setError(problem);
        }
      }

      if (!abort.signal.aborted) {
        timer = setTimeout(read, 2000);
      }
    };
    read();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, []);
  return { lines, error };
}
