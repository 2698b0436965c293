import { GenesisError, throwErrors } from "../lib/errors.js";
import { makeInert } from "../lib/inert.js";
import type { Plan } from "./plan.js";

/**
 * Refuses a plan whose apply would do what nobody can read in it, or less than it should. Throws `plan-incomplete` where Terraform stopped at an error,
 * puts changes off or leaves something out that no target of ours left out; `action-forbidden` for each action, which runs what the
 * scan of the code should have found; `check-failed` for the checks of the code that the plan does not pass.
 */
export function checkPlan(plan: Plan, targets: readonly string[]): void {
  const { deferred_changes: deferred, checks } = plan;
  const errors = deferred.map(({ reason, resource_change: { address } }) =>
    refuse(address, `Terraform defers it to a later plan: ${reason}`),
  );
  if (plan.errored) errors.push(refuse("the plan", "Terraform stopped planning at an error"));
  if (!plan.complete && targets.length + errors.length === 0) {
    errors.push(refuse("the plan", "Terraform says that it leaves something out, and nothing was targeted"));
  }
  const actions = [
    ...plan.action_invocations,
    ...plan.deferred_action_invocations.map((each) => each.action_invocation),
  ];
  for (const { address } of actions) {
    errors.push(new GenesisError({ code: "action-forbidden", subject: address, fact: "the plan invokes this action" }));
  }
  const failed = checks.filter(({ status }) => status === "fail" || status === "error");
  if (failed.length > 0) {
    const subject = failed.map(({ address }) => address.to_display).join(", ");
    // Conditions of resources and outputs that fail end the plan itself: these are check blocks, which only warn.
    const details = failed.flatMap(({ address, instances }) =>
      instances.flatMap(({ problems }) =>
        problems.map(({ message }) => makeInert(`${address.to_display}: ${message}`)),
      ),
    );
    errors.push(new GenesisError({ code: "check-failed", subject, fact: "the plan does not pass", details }));
  }
  throwErrors(errors);
}

function refuse(subject: string, fact: string): GenesisError {
  return new GenesisError({ code: "plan-incomplete", subject, fact });
}
