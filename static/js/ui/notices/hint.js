// A short answer to a key or a click that has nothing to act on, or needs one step more. Seen and read aloud; the next one
// takes its place.
import { toast } from "./toast.js";

const STAY_MS = 5000;
let close = () => {};

export function hint(message) {
  close();
  close = toast(message, { stay: STAY_MS });
}
