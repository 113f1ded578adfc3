// The session's cookie is not for scripts. This remembers no more than that the page has a way to sign out.
const key = 'streaming.signed-in';

export function setSignedIn(value) {
  try {
    value ? localStorage.setItem(key, '1') : localStorage.removeItem(key);
  } catch {
    // Storage is switched off: there is no button then.
  }
}

export function isSignedIn() {
  try {
    return localStorage.getItem(key) === '1';
  } catch {
    return false;
  }
}
