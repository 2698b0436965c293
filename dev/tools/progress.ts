/** Runs what takes its time: a line says when it begins, and another how long it took or that it failed. Both go to standard error. */
export async function tell<T>(what: string, run: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const seconds = () => `${((performance.now() - started) / 1000).toFixed(0)} s`;
  process.stderr.write(`${what} …\n`);
  try {
    const result = await run();
    process.stderr.write(`${what}: ${seconds()}\n`);
    return result;
  } catch (error) {
    const [reason] = (error as Error).message.split("\n");
    process.stderr.write(`${what}: failed after ${seconds()}: ${reason}\n`);
    throw error;
  }
}
