// Dates as the server writes them: "30 November 2026, 14:05".
const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric" });
const TIME = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });

export function momentWords(at) {
  const moment = new Date(at);
  return `${DAY.format(moment)}, ${TIME.format(moment)}`;
}
