import { GenesisError, throwErrors } from "../lib/errors.js";
import { quoteText } from "../lib/names.js";
import { findNearest } from "../lib/nearest.js";
import { listLosses } from "./losses/list-losses.js";
import { type Loss, listFlags } from "./losses/loss.js";
import type { Plan } from "./plan.js";

/** The provider of the code; everything else that a plan could run is refused. */
const PROVIDER = "registry.terraform.io/hashicorp/aws";

/**
 * Lets a plan pass, or throws everything that stands against it: `loss-refused` with every loss that is not named, `loss-unknown` for each
 * name that is none of the plan's losses, `provider-forbidden`.
 */
export async function checkGate(plan: Plan, allowLoss: readonly string[]): Promise<void> {
  const losses = listLosses(plan);
  const names = losses.map(({ name }) => name);
  const [known, allowed] = [new Set(names), new Set(allowLoss)];
  const refused = losses.filter(({ name }) => !allowed.has(name));
  const errors = refused.length > 0 ? [refuseLosses(refused)] : [];
  for (const name of allowed) {
    if (!known.has(name)) errors.push(refuseName(name, await findNearest(name, names)));
  }
  throwErrors([...errors, ...listForbiddenProviders(plan).map(refuseProvider)]);
}

/** The scan of the code comes before `init`; this asks the plan itself, so that a way around the scan ends here. */
function listForbiddenProviders(plan: Plan): string[] {
  const configured = Object.values(plan.configuration?.provider_config ?? {});
  const names = configured.map(({ full_name = "unnamed" }) => full_name);
  const used = plan.resource_changes.map((each) => each.provider_name);
  return [...new Set([...names, ...used])].filter((name) => name !== PROVIDER);
}

function refuseLosses(losses: readonly Loss[]): GenesisError {
  const flags = listFlags(losses).join(" ");
  return new GenesisError({
    code: "loss-refused",
    subject: "the plan",
    fact: `${losses.length} of its losses are not named`,
    next: `read the list below; if all of it is intended, run the same command with ${flags}`,
    details: losses.map((loss) => `${loss.name}: ${loss.old} → ${loss.new}`),
  });
}

function refuseName(name: string, nearest: string | undefined): GenesisError {
  return new GenesisError({
    code: "loss-unknown",
    subject: `allow-loss ${quoteText(name)}`,
    fact: `the plan has no such loss${nearest ? `; did you mean ${nearest}?` : ""}`,
  });
}

function refuseProvider(name: string): GenesisError {
  return new GenesisError({
    code: "provider-forbidden",
    subject: `provider ${quoteText(name)}`,
    fact: `only ${PROVIDER} may run here`,
  });
}
