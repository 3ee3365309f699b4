// Do one piece of asynchronous work after the other. One that fails rejects its own promise and does not stop the next:
// with a plain chain of promises a single error would end all autosaving, polling or undoing of the page.
export function createQueue() {
  let last = Promise.resolve();
  return (work) => {
    const turn = last.then(work);
    last = turn.catch(() => {});
    // A promise of its own: an error that nobody handles still reaches the console.
    return turn.then((result) => result);
  };
}
