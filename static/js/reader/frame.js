// Wraps `work` so that many calls before the next frame run it once.
export function oncePerFrame(work) {
  let handle = 0;
  return () => {
    handle ||= requestAnimationFrame(() => {
      handle = 0;
      work();
    });
  };
}
