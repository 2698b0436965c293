import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { ROOT } from "./find-tool.js";

/** The repository's files: what Git tracks, or would track. */
export async function listFiles(): Promise<string[]> {
  const args = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const { stdout } = await promisify(execFile)("git", args, { cwd: ROOT });
  return stdout.split("\0").filter((path) => path !== "");
}
