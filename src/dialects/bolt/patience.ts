/** Calls back once after some ms, unless the answer is called before. It keeps no process alive. */
export function wait(ms: number, action: () => void): () => void {
  const timer = setTimeout(action, ms);
  timer.unref();
  return () => clearTimeout(timer);
}
