// Without this script the form works as well; with it, a wrong token is told in place.
import { setSignedIn } from './net/signed-in.js';

const form = document.getElementById('login');
const message = document.getElementById('message');

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  message.textContent = '';
  try {
    const answer = await fetch('/login', { method: 'POST', body: new URLSearchParams(new FormData(form)) });
    if (answer.ok) {
      setSignedIn(true);
      location.assign(whereTo());
    } else {
      message.textContent = await reason(answer);
    }
  } catch {
    message.textContent = 'The server does not answer.';
  }
});

// Where the visitor came from: a path of this server, never another address.
function whereTo() {
  const url = new URL(new URLSearchParams(location.search).get('next') ?? '/', location.origin);
  return url.origin === location.origin ? url.pathname + url.search : '/';
}

async function reason(answer) {
  const problem = await answer.json().catch(() => null);
  return (
    problem?.detail ??
    (answer.status === 401 ? 'This token is not the right one.' : `The server answers ${answer.status}.`)
  );
}
