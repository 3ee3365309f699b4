// What the finder shows, kept for this tab: it stays open while one walks from article to article.

const KEY = "factcheck.finder";

export function remember(state) {
  sessionStorage.setItem(KEY, JSON.stringify(state));
}

export function recall() {
  const kept = sessionStorage.getItem(KEY);
  return kept ? JSON.parse(kept) : null;
}

export function forget() {
  sessionStorage.removeItem(KEY);
}
