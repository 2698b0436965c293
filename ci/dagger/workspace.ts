import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Directory, File, Secret, Service } from "@dagger.io/dagger";
import { type Image, readCatalog } from "../images/catalog.js";
import { PINS_PATH, type Pins, parsePins } from "../images/pins.js";
import { readText } from "../lib/files.js";
import { readSettings, type Settings } from "../lib/settings.js";

/** The repository as this call sees it: on the runtime's disk for plain functions, and as the engine's directory for builds. */
export interface Workspace {
  source: Directory;
  /** Where the source stands on disk. */
  root: string;
  settings: Settings;
  /** genesis.json as it stands, for what looks at its lines. */
  settingsText: string;
  pins: Pins;
  /** AWS credentials of the call, to read public ECR with: it lets those who log in pull more often. */
  reader?: Secret;
  /** A registry of the user's, in place of the embedded one. */
  registry?: Service;
}

/** Brings the source to the runtime's disk and reads settings and pins. `pins` replaces images/pins.json. */
export async function openWorkspace(source: Directory, pins?: File, registry?: Service): Promise<Workspace> {
  const root = await mkdtemp(join(tmpdir(), "genesis-"));
  await source.export(root);
  const text = pins === undefined ? await readText(join(root, PINS_PATH), PINS_PATH) : await pins.contents();
  const { parsed: settings, text: settingsText } = await readSettings(root);
  return {
    source,
    root,
    settings,
    settingsText,
    pins: parsePins(text, pins === undefined ? PINS_PATH : "--pins"),
    ...(registry && { registry }),
  };
}

/** The catalogue of a workspace. */
export function readWorkspaceCatalog(workspace: Workspace): Promise<Image[]> {
  return readCatalog(workspace.root, workspace.pins);
}
