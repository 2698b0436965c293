const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Runs `clean`, which may not wait, when this process ends: by itself or by a signal that can be caught. Where nobody else listens to the
 * signal, it then does what it would have done. Returns what takes that back. Nothing helps against SIGKILL.
 */
export function onEnd(clean: () => void): () => void {
  const listeners = SIGNALS.map((signal) => {
    const listener = () => {
      clean();
      forget();
      if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
    };
    return { signal, listener };
  });
  const forget = () => {
    process.removeListener("exit", clean);
    for (const { signal, listener } of listeners) process.removeListener(signal, listener);
  };
  process.once("exit", clean);
  for (const { signal, listener } of listeners) process.on(signal, listener);
  return forget;
}
