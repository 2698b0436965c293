/** What `npm run bench` is asked for. */
export interface BenchOptions {
  quick: boolean;
  write: boolean;
  /** The file to compare with; empty for the one in docs/; undefined where nothing is compared. */
  compare: string | undefined;
  /** Benchmarks by name; all where there is none. */
  names: string[];
}

/** Parses the arguments. Throws a sentence about what does not fit together. */
export function parseArguments(args: readonly string[]): BenchOptions {
  const options: BenchOptions = { quick: false, write: false, compare: undefined, names: [] };
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === "--quick") options.quick = true;
    else if (arg === "--write") options.write = true;
    else if (arg.startsWith("--compare=")) options.compare = arg.slice("--compare=".length);
    else if (arg === "--compare") options.compare = rest[0]?.endsWith(".json") ? rest.shift() : "";
    else if (arg.startsWith("-"))
      throw new Error(`npm run bench knows no ${arg}: there are --quick, --write and --compare [file.json].`);
    else options.names.push(arg);
  }
  if (options.quick && (options.write || options.compare !== undefined)) {
    throw new Error("A quick run measures nothing: it can be neither written nor compared.");
  }
  if (options.write && options.names.length > 0) {
    throw new Error("Only a whole run can be written: the document would lose the other figures.");
  }
  return options;
}
