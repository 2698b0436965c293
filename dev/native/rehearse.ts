import { spawn } from "node:child_process";
import { join } from "node:path";
import { rehearse } from "../../ci/rehearsal/rehearse.js";
import { formatRehearsal } from "../../ci/rehearsal/report.js";
import { describeVersions, findMirror } from "../tools/find-mirror.js";
import { ROOT } from "../tools/find-tool.js";
import { PLACE, startNativeStage } from "./native-stage.js";

/** `npm run rehearse`: in the containers of an engine where one can be had, else as processes of this machine. */
const daggerw = join(ROOT, "daggerw");
// The SDK of AWS says that it will need a newer Node next year: that is for who raises its version.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

if (!process.argv.includes("--native") && (await runSilently(["--silent", "core", "version"])) === 0) {
  console.error("On an engine: dagger call rehearse");
  process.exitCode = await run(["call", "rehearse"]);
} else {
  process.exitCode = await rehearseNatively();
}

async function rehearseNatively(): Promise<number> {
  // Before anything is fetched or compiled, which can take a minute on a new machine.
  console.error(PLACE);
  console.error(`Terraform and its provider: ${await describeVersions(await findMirror())}`);
  const { stage, close } = await startNativeStage();
  let interrupted = false;
  // It keeps listening: whoever presses Ctrl-C twice would otherwise end it in the middle of its cleaning.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      interrupted = true;
      void close().finally(() => process.exit(130));
    });
  }
  try {
    const rehearsal = await rehearse(stage, (line) => console.error(line));
    console.log(formatRehearsal(rehearsal));
    return 0;
  } catch (error) {
    if (!interrupted) console.error(`\n${error instanceof Error ? error.message : error}`);
    return 1;
  } finally {
    await close();
  }
}

function run(args: readonly string[]): Promise<number> {
  return exitOf(spawn(daggerw, args, { cwd: ROOT, stdio: "inherit" }));
}

function runSilently(args: readonly string[]): Promise<number> {
  return exitOf(spawn(daggerw, args, { cwd: ROOT, stdio: "ignore" }));
}

function exitOf(child: ReturnType<typeof spawn>): Promise<number> {
  return new Promise((resolve) => {
    child.once("error", () => resolve(1));
    child.once("exit", (code) => resolve(code ?? 1));
  });
}
