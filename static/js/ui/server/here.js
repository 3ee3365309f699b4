// Show who else is here: `<ul data-here data-me="<person>" data-names="<address>">`. Events name people by id alone; their
// names are asked for once per page.

import { element } from "../element.js";
import { announce } from "../notices/announce.js";
import { gettext, interpolate } from "../words.js";
import { ApiError, request } from "./api.js";

// `describe(claim)` is {href, label} of a claim on this page, or null.
export function createHere(list, { describe = () => null } = {}) {
  const names = new Map();
  const met = new Set();
  let people = [];

  async function learn(ids) {
    const unknown = ids.filter((id) => !names.has(id));
    if (!unknown.length) return;
    const query = new URLSearchParams(unknown.map((id) => ["id", id]));
    const { data } = await request(`${list.dataset.names}?${query}`);
    for (const person of data.people) names.set(person.id, person);
  }

  function draw({ person, claim }) {
    const { name, avatar } = names.get(person);
    const place = claim ? describe(claim) : null;
    const words = place ? interpolate(gettext("%(name)s, at “%(claim)s”"), { name, claim: place.label }) : name;
    const box = element(place ? "a" : "span", "here-person");
    box.innerHTML = avatar; // drawn and escaped by the server
    const first = element("span", "here-name", name.split(" ")[0]);
    first.setAttribute("aria-hidden", "true");
    box.append(first, element("span", "visually-hidden", words));
    box.title = words;
    if (place) box.href = place.href;
    return element("li", "", box);
  }

  // The person who reaches a link with the keyboard must not lose it when somebody else moves.
  function show() {
    if (list.contains(document.activeElement)) return;
    const known = people.filter(({ person }) => names.has(person));
    list.replaceChildren(...known.map(draw));
    list.hidden = !known.length;
    const fresh = known.filter(({ person }) => !met.has(person));
    for (const { person } of fresh) met.add(person);
    const said = fresh.map(({ person }) => names.get(person).name).join(", ");
    if (said) announce(interpolate(gettext("Also here: %(names)s"), { names: said }));
  }

  list.addEventListener("focusout", () => queueMicrotask(show));

  return {
    async set(everybody) {
      people = everybody.filter(({ person }) => person !== list.dataset.me);
      try {
        await learn(people.map(({ person }) => person));
      } catch (error) {
        // The poll tells of a lost connection; names come with the next event.
        if (!(error instanceof ApiError)) throw error;
      }
      show();
    },
    people: () => people.map((one) => ({ ...one, name: names.get(one.person)?.name ?? "" })),
  };
}
