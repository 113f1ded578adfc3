import { html, render, useEffect, useState } from './view/html.js';
import { ProblemNote } from './view/problem.js';
import { route } from './view/router.js';
import { Shell } from './view/shell.js';
import { connect } from './net/live.js';
import { readStatus, run } from './net/run.js';
import { useStore } from './net/store.js';
import { Wall } from './pages/wall.js';

// All but the wall are read when they are first shown.
const others = {
  camera: { title: 'Camera', load: () => import('./pages/camera.js') },
  events: { title: 'Events', load: () => import('./pages/events.js') },
  system: { title: 'System', load: () => import('./pages/system.js') },
  settings: { title: 'Settings', load: () => import('./pages/settings.js') },
  add: { title: 'Add a camera', load: () => import('./pages/add.js') },
};

function App() {
  const status = useStore(run);
  const [error, setError] = useState(null);
  const { name, id } = pageOf(useStore(route), status);
  useEffect(() => {
    readStatus().catch(setError);
    connect();
  }, []);
  const title = name === 'wall' ? 'Wall' : (id ?? others[name]?.title ?? 'Not found');
  return html`<${Shell} title=${title}>
    ${
      !status
        ? html`<${ProblemNote} error=${error} />`
        : name === 'wall'
          ? html`<${Wall} status=${status} />`
          : others[name]
            ? html`<${Later} key=${name} page=${others[name]} status=${status} id=${id} />`
            : html`<div class="empty"><h1>There is no such page</h1><a href="/">To the wall</a></div>`
    }
  <//>`;
}

function Later({ page, status, id }) {
  const [state, setState] = useState({});
  useEffect(() => {
    page.load().then(
      (module) => setState({ module }),
      (error) => setState({ error }),
    );
  }, [page]);
  return state.module
    ? html`<${state.module.Page} status=${status} id=${id} />`
    : html`<${ProblemNote} error=${state.error} />`;
}

// Without a source, the wall is where the first one is added.
function pageOf(path, status) {
  const [name, ...rest] = path.split('/').slice(1);
  if (name === '') {
    return { name: status?.sources.length === 0 ? 'add' : 'wall' };
  }

  return name === 'camera' ? { name, id: decode(rest.join('/')) } : { name };
}

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

render(html`<${App} />`, document.getElementById('app'));
