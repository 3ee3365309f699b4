// When somebody last changed something in this browser, in whichever tab: a live message must not take them for a colleague.

const KEY = "factcheck.changed";
// Longer than an event takes to come, shorter than two people take turns.
const RECENT_MS = 5_000;

export function noteOwnChange() {
  try {
    localStorage.setItem(KEY, String(Date.now()));
  } catch {
    // The storage is full: a message may then name a colleague. The change itself must not fail for it.
  }
}

export const hasOwnChange = () => Date.now() - Number(localStorage.getItem(KEY)) < RECENT_MS;
