import { randomUUID } from "node:crypto";
import { dag, type Service } from "@dagger.io/dagger";
import { formatAwsCredentials } from "../aws/credentials.js";
import { openSignInApi } from "../aws/sign-in/api.js";
import { formatIdentity, recordIdentity } from "../aws/sign-in/identity.js";
import { monotonicClock } from "../aws/sign-in/poll.js";
import { signIn } from "../aws/sign-in/sign-in.js";
import { GenesisError } from "../lib/errors.js";
import { parseFormat } from "../lib/formats.js";
import { SETTINGS_PATH, type SignInSettings } from "../lib/settings.js";
import type { SignInResult } from "./interface.js";
import type { Workspace } from "./workspace.js";

/** What a caller says in place of the settings. */
export interface SignInChoice {
  account: string | undefined;
  role: string | undefined;
}

/** `sso`: shows address and code, waits for the person, and returns the credentials as a secret of the engine's. */
export async function runSignIn(
  workspace: Workspace,
  emulator: Service | undefined,
  choice: SignInChoice,
): Promise<SignInResult> {
  const settings = chooseSettings(workspace, choice);
  const endpoint = emulator && (await (await emulator.start()).endpoint({ scheme: "http" }));
  const api = await openSignInApi(settings.region, endpoint);
  try {
    const show = (line: string) => console.log(line);
    const signedIn = await signIn(settings, { api, show, clock: monotonicClock, time: Date.now });
    // A name of its own: two sign-ins on one engine must not read each other's.
    const aws = dag.setSecret(`genesis-sso-${randomUUID()}`, formatAwsCredentials(signedIn.credentials));
    return { aws, identity: recordIdentity(signedIn) };
  } finally {
    api.close();
  }
}

/** `whoami`: who signed in, in the same call. */
export function runWhoami(identity: string | undefined, format: string): string {
  const parsed = parseFormat(format);
  if (identity !== undefined) return formatIdentity(identity, parsed);
  throw new GenesisError({
    code: "sign-in-missing",
    subject: "whoami",
    fact: "nobody signed in before it",
    next: "run dagger call sso whoami, or aws sts get-caller-identity for the credentials of --aws",
  });
}

function chooseSettings({ settings: { sso } }: Workspace, { account, role }: SignInChoice): SignInSettings {
  if (sso !== null) return { ...sso, ...(account !== undefined && { account }), ...(role !== undefined && { role }) };
  throw new GenesisError({ code: "sign-in-unconfigured", subject: `${SETTINGS_PATH} sso`, fact: "it is null" });
}
