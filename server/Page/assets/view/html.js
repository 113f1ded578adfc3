// Everything that the page shows is built by these: texts stay texts, and no markup is ever made of data.
export { html, render, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from '../vendor/preact.js';
