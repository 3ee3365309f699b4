// The keyboard map. Screens register handlers for commands; the help dialog is made from the same table.

import { gettext } from "../words.js";

export const COMMANDS = [
  { id: "next-claim", key: "j", label: gettext("Next claim, or line of a list"), section: gettext("Read") },
  { id: "previous-claim", key: "k", label: gettext("Previous claim, or line of a list"), section: gettext("Read") },
  {
    id: "edit",
    key: "Enter",
    label: gettext("Edit the current claim or evidence (Esc leaves and keeps your words)"),
    section: gettext("Read"),
  },
  { id: "search", key: "/", label: gettext("Search"), section: gettext("Read") },
  {
    id: "sentences",
    key: "w",
    label: gettext("Go to the text (arrow keys move by sentence, with Shift they select more)"),
    section: gettext("Read"),
  },
  { id: "paste-article", key: "o", label: gettext("Add an article"), section: gettext("Read") },
  { id: "claim", key: "c", label: gettext("Mark the selected words as a claim"), section: gettext("Mark") },
  { id: "also", key: "a", label: gettext("Add this place to the pinned claim"), section: gettext("Mark") },
  {
    id: "evidence",
    key: "e",
    label: gettext("Link the selected words as evidence for the pinned claim"),
    section: gettext("Mark"),
  },
  { id: "supports", key: "s", label: gettext("… as supporting it"), section: gettext("Mark") },
  { id: "refutes", key: "r", label: gettext("… as refuting it"), section: gettext("Mark") },
  { id: "context", key: "x", label: gettext("… as context"), section: gettext("Mark") },
  {
    id: "ends",
    key: "b",
    label: gettext("Move the end of the passage, again: its beginning (arrow keys; with Alt by character)"),
    section: gettext("Mark"),
  },
  {
    id: "furniture",
    key: "f",
    label: gettext("Mark the paragraph as not article text, or undo that"),
    section: gettext("Mark"),
  },
  {
    id: "find-evidence",
    key: "g",
    label: gettext("Find evidence for this claim or the pinned one"),
    section: gettext("Find evidence"),
  },
  {
    id: "nth-passage",
    key: "1 … 9",
    label: gettext("Go to the passage with this number"),
    section: gettext("Find evidence"),
  },
  { id: "pin", key: "i", label: gettext("Pin or unpin the current claim"), section: gettext("Claim") },
  { id: "park", key: "p", label: gettext("Park the claim"), section: gettext("Claim") },
  { id: "verdict", key: "v", label: gettext("Write the verdict, or go to it"), section: gettext("Claim") },
  {
    id: "approve",
    key: "y",
    label: gettext("Approve, or publish what is approved (asks first)"),
    section: gettext("Review"),
  },
  { id: "request-changes", key: "n", label: gettext("Go to the request for changes"), section: gettext("Review") },
  {
    id: "suspend",
    key: "z",
    label: gettext("Go to the form that suspends a published check"),
    section: gettext("Review"),
  },
  {
    id: "confirm",
    key: "m",
    label: gettext("Confirm “meaning unchanged” for the changed words"),
    section: gettext("Claim"),
  },
  {
    id: "confirm-all",
    key: "h",
    label: gettext("Confirm “meaning unchanged” for all harmless changes"),
    section: gettext("Claim"),
  },
  { id: "accept", key: "t", label: gettext("Take the first suggestion"), section: gettext("Claim") },
  { id: "dismiss", key: "d", label: gettext("Dismiss the first suggestion for good"), section: gettext("Claim") },
  { id: "undo", key: "u", label: gettext("Undo your last action (also Ctrl+Z)"), section: gettext("Everywhere") },
  {
    id: "redo",
    key: "Shift+U",
    label: gettext("Redo what you undid (also Ctrl+Shift+Z)"),
    section: gettext("Everywhere"),
  },
  { id: "submit", key: "Ctrl+Enter", label: gettext("Submit the form you are in"), section: gettext("Everywhere") },
  { id: "help", key: "?", label: gettext("This help"), section: gettext("Everywhere") },
];

const STORAGE = "factcheck.keys";

export function lettersAreOn() {
  return document.body.dataset.keys !== "off" && localStorage.getItem(STORAGE) !== "off";
}

export function setLetters(on) {
  if (on) localStorage.removeItem(STORAGE);
  else localStorage.setItem(STORAGE, "off");
}

// A box that is ticked takes no letters.
const TYPED_IN = "input:not([type=checkbox], [type=radio]), textarea, select, [role=combobox], [role=textbox]";

function isTyping(target) {
  if (!(target instanceof Element)) return false;
  return target.isContentEditable || target.closest(TYPED_IN) !== null;
}

// The Latin letter of the key where another script is active: `с` on a Ukrainian layout is the key C.
function characterOf(event) {
  const isForeign = event.key.length === 1 && event.key > "\u007f";
  if (isForeign && /^Key[A-Z]$/.test(event.code)) return event.code.slice(3).toLowerCase();
  return event.key.length === 1 ? event.key.toLowerCase() : event.key;
}

const commandBy = (wanted) => COMMANDS.find(({ id }) => id === wanted);

// In a text field Ctrl+Z is the browser's own.
function commandWithCtrl(event) {
  if (event.key === "Enter" && !event.shiftKey) return commandBy("submit");
  if (isTyping(event.target)) return undefined;
  const key = characterOf(event);
  if (key === "z") return commandBy(event.shiftKey ? "redo" : "undo");
  return key === "y" && !event.shiftKey ? commandBy("redo") : undefined;
}

function commandOf(event) {
  if (event.isComposing || event.keyCode === 229 || event.altKey) return undefined;
  if (event.ctrlKey || event.metaKey) return commandWithCtrl(event);
  const key = characterOf(event);
  if (isTyping(event.target) || !lettersAreOn()) return undefined;
  const isShiftedLetter = event.shiftKey && /^[a-z]$/.test(key);
  if (isShiftedLetter) return key === "u" ? commandBy("redo") : undefined;
  if (/^[1-9]$/.test(key)) return COMMANDS.find(({ id }) => id === "nth-passage");
  return COMMANDS.find((command) => command.key === key);
}

export function submitForm(event) {
  const form = event.target.closest?.("form");
  if (!form) return false;
  form.requestSubmit(form.querySelector("[data-primary]"));
  return true;
}

let isBound = false;
const everywhere = {};

// Handlers that stand on every screen and are asked before the screen's own; false means "not now" and asks those.
export const addKeys = (handlers) => Object.assign(everywhere, handlers);

// Whether a module of this page already handles keys.
export const hasKeys = () => isBound;

// `handlers` maps a command's id to `(event) => false | anything`; false means "not now" and leaves the key to the browser.
export function createKeys(handlers) {
  isBound = true;
  const all = { submit: submitForm, help: () => openHelp(all), ...handlers };
  const onKey = (event) => {
    if (event.defaultPrevented) return;
    const command = commandOf(event);
    // No commands of the page under a modal dialog, except sending the dialog's form.
    if (command?.id !== "submit" && document.querySelector("dialog:modal")) return;
    const handlers = command ? [everywhere[command.id], all[command.id]] : [];
    if (handlers.some((handler) => handler && handler(event) !== false)) event.preventDefault();
  };
  document.addEventListener("keydown", onKey);
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-open-help]")) openHelp(all);
  });
}

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

function helpSection(section, handlers) {
  const known = COMMANDS.filter((one) => one.section === section && handlers[one.id]);
  const rows = known.map(({ key, label }) =>
    element("div", {}, element("dt", {}, element("kbd", {}, key)), element("dd", {}, label)),
  );
  return rows.length ? [element("h3", {}, section), element("dl", { class: "dl key-list" }, ...rows)] : [];
}

function letterSwitch() {
  const box = element("input", { type: "checkbox" });
  box.checked = lettersAreOn();
  box.disabled = document.body.dataset.keys === "off";
  box.addEventListener("change", () => setLetters(box.checked));
  return element("label", { class: "key-switch" }, box, " ", gettext("Single-letter shortcuts"));
}

// Lists only the commands that this screen handles.
export function openHelp(own) {
  const handlers = { ...everywhere, ...own };
  if (document.getElementById("key-help")) return;
  const dialog = element("dialog", { id: "key-help", "aria-labelledby": "key-help-title", "data-dismissible": "" });
  const sections = [...new Set(COMMANDS.map(({ section }) => section))];
  const head = element("div", { class: "dialog-head" }, element("h2", { id: "key-help-title" }, gettext("Keyboard")));
  const body = element(
    "div",
    { class: "dialog-body", tabindex: "0" },
    ...sections.flatMap((one) => helpSection(one, handlers)),
  );
  const foot = element(
    "div",
    { class: "dialog-foot" },
    letterSwitch(),
    element("button", { class: "button", autofocus: "" }, gettext("Close")),
  );
  dialog.append(element("form", { class: "dialog-form", method: "dialog" }, head, body, foot));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
