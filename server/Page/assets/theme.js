// Runs before the first paint, so that the page never flashes in the other colours.
try {
  const theme = JSON.parse(localStorage.getItem('streaming.prefs') ?? '{}').theme;
  if (theme === 'light' || theme === 'dark') {
    document.documentElement.dataset.theme = theme;
  }
} catch {
  // Storage is switched off, or holds something else.
}
