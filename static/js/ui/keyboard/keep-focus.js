// Keep the focus where the person works. An element that has it may be exchanged by a poll or a swap, removed or hidden;
// the browser then puts the focus on <body>, and the next key acts on nothing. Here it goes to the same control of the new
// element, else to the neighbour in the list, else to where the person was before, else to the page's main part.

const CONTROLS = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]";
// They hold many things alike: the same name in them is another thing.
const WIDE = "main, ol, ul, [role=list], table, tbody, #toasts";
const REMEMBERED = 12;

const isUsable = (element) => element?.isConnected && element.checkVisibility();
const isOnNothing = () => [null, document.body, document.documentElement].includes(document.activeElement);

// What names a control within the element that holds it, from the surest to the vaguest.
function namesOf(element) {
  const { dataset, localName } = element;
  const name = element.getAttribute("name");
  const value = element.localName === "button" ? element.value : "";
  return [
    element.id && `#${CSS.escape(element.id)}`,
    dataset.action && `[data-action="${CSS.escape(dataset.action)}"]`,
    name && `${localName}[name="${CSS.escape(name)}"]${value ? `[value="${CSS.escape(value)}"]` : ""}`,
    element.getAttribute("href") && `a[href="${CSS.escape(element.getAttribute("href"))}"]`,
    element.form?.getAttribute("action") &&
      `form[action="${CSS.escape(element.form.getAttribute("action"))}"] ${localName}`,
  ].filter(Boolean);
}

// Everything needed to find the place again after the element is gone.
function remember(element) {
  const homes = [];
  for (let node = element; node && node !== document.body; node = node.parentElement) if (node.id) homes.push(node.id);
  const item = element.closest("li, [role=listitem], tr");
  return {
    element,
    homes,
    names: namesOf(element),
    list: item?.parentElement ?? null,
    index: item ? [...item.parentElement.children].indexOf(item) : -1,
  };
}

function focusOn(element) {
  if (!isUsable(element)) return false;
  element.focus({ preventScroll: true });
  if (document.activeElement !== element && !element.matches(CONTROLS)) {
    element.tabIndex = -1;
    element.focus({ preventScroll: true });
  }
  return document.activeElement === element;
}

function restoreSelection(old, fresh) {
  if (typeof old.selectionStart !== "number" || typeof fresh.selectionStart !== "number") return;
  fresh.setSelectionRange(old.selectionStart, old.selectionEnd, old.selectionDirection);
}

function focusSame({ element, homes, names }) {
  for (const id of homes) {
    const home = document.getElementById(id);
    if (!home || home.matches(WIDE)) continue;
    for (const name of names) {
      const same = home.matches(name) ? home : home.querySelector(name);
      if (same && focusOn(same)) {
        restoreSelection(element, same);
        return true;
      }
    }
    // The innermost home that is left: a card, a part of the page.
    return focusOn(home);
  }
  return false;
}

function focusNeighbour({ list, index }) {
  // The list itself may have no box (`display: contents`).
  if (!list?.isConnected) return false;
  return focusOn(list.children[Math.min(index, list.children.length - 1)]);
}

export function startKeepFocus() {
  let places = [];
  const last = () => places.at(-1);

  document.addEventListener("focusin", ({ target }) => {
    places = [...places.filter(({ element }) => element !== target), remember(target)].slice(-REMEMBERED);
  });
  // Who clicks beside everything wants the focus nowhere. An element that could take it only because of us lost that again:
  // htmx gives what it has put in the attributes that the server sent.
  document.addEventListener("focusout", ({ target }) => {
    queueMicrotask(() => {
      if (!document.hasFocus() || !isOnNothing() || !isUsable(target)) return;
      if (target.matches(CONTROLS)) places = [];
      else rescue();
    });
  });

  function rescue() {
    const lost = last();
    if (!lost || !isOnNothing() || !document.hasFocus()) return;
    if (isUsable(lost.element) && lost.element.matches(CONTROLS)) return;
    if (document.querySelector("dialog:modal")) return;
    const earlier = places.slice(0, -1).reverse();
    const isFound =
      focusSame(lost) ||
      focusNeighbour(lost) ||
      earlier.some((place) => focusOn(place.element) || focusSame(place)) ||
      focusOn(document.getElementById("main"));
    if (!isFound) places = [];
  }

  // Removed: at once, after the code that removed it. Hidden: the browser takes the focus away before the next frame.
  const later = () => requestAnimationFrame(() => requestAnimationFrame(rescue));
  new MutationObserver((records) => {
    rescue();
    if (records.some(({ type }) => type === "attributes")) later();
  }).observe(document.body, {
    childList: true,
    subtree: true,
    attributes: true,
    attributeFilter: ["hidden", "disabled"],
  });
}
