// Report hover and press on painted words. The press that ends a selection does not count.

import { oncePerFrame } from "../frame.js";

const SLOP_PX = 4;

export function watchPointer({ root, hits, onHover, onPress }) {
  let point = null;
  let pressed = null;
  const look = oncePerFrame(() => {
    if (!point) return;
    const spans = hits.at(point.x, point.y);
    root.style.setProperty("cursor", spans.length ? "pointer" : "");
    onHover(spans);
  });
  root.addEventListener("pointermove", (event) => {
    if (event.pointerType !== "mouse" || event.buttons) return;
    point = { x: event.clientX, y: event.clientY };
    look();
  });
  root.addEventListener("pointerleave", () => {
    point = null;
    onHover([]);
  });
  root.addEventListener("pointerdown", (event) => {
    pressed = { x: event.clientX, y: event.clientY };
  });
  root.addEventListener("click", (event) => {
    const moved = pressed && Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) > SLOP_PX;
    if (moved || !document.getSelection().isCollapsed) return;
    onPress(hits.at(event.clientX, event.clientY), event.clientX, event.clientY);
  });
}
