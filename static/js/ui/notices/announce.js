// The page's live regions, one polite and one assertive. The same words said twice are read twice.

const REGIONS = {
  polite: { id: "live-region", role: "status" },
  assertive: { id: "live-alert", role: "alert" },
};
const DELAY_MS = 50;

function region(urgency) {
  const { id, role } = REGIONS[urgency];
  const found = document.getElementById(id);
  if (found) return found;
  const element = document.createElement("div");
  element.id = id;
  element.className = "visually-hidden";
  element.setAttribute("role", role);
  document.body.append(element);
  return element;
}

const timers = {};

export function announce(message, urgency = "polite") {
  const element = region(urgency);
  element.textContent = "";
  clearTimeout(timers[urgency]);
  timers[urgency] = setTimeout(() => {
    element.textContent = message;
  }, DELAY_MS);
}
