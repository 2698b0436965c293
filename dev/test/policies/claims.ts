import { readWorkflow } from "../github/run-workflow.js";

/** What GitHub's token says of a job, in the invented repository of terraform/tests/access.tftest.hcl. */
export type Claims = Readonly<Record<string, string>>;

const HOST = "token.actions.githubusercontent.com";
const WORKFLOWS = ["pull-request", "main", "apply", "drift", "scan", "bazel"];

/** The claims of a job of this workflow, where it runs for `ref`; by `actor_id`. */
export function claim(workflow: string, ref: string, actor_id = "33"): Claims {
  const isPullRequest = ref.startsWith("refs/pull/");
  return {
    aud: "sts.amazonaws.com",
    sub: `repo:acme/platform:${isPullRequest ? "pull_request" : `ref:${ref}`}`,
    repository_id: "22",
    ref,
    job_workflow_ref: `acme/platform/.github/workflows/${workflow}.yml@${ref}`,
    actor_id,
  };
}

/** Whether a trust policy of nothing but StringEquals admits a token: a claim that is absent makes it false. */
export function admits(trust: Readonly<Record<string, string | readonly string[]>>, claims: Claims): boolean {
  return Object.entries(trust).every(([key, values]) => {
    const held = claims[key.slice(HOST.length + 1)];
    return key.startsWith(`${HOST}:`) && held !== undefined && [values].flat().includes(held);
  });
}

/** The roles that the jobs of the workflows take: `workflow role`. */
export async function listTaken(): Promise<string[]> {
  const taken = await Promise.all(
    WORKFLOWS.map(async (workflow) =>
      Object.values((await readWorkflow(workflow)).jobs).flatMap(({ steps }) =>
        steps.flatMap(({ with: { "role-to-assume": role } }) =>
          role ? [`${workflow} ${role.replace(/.*\//, "")}`] : [],
        ),
      ),
    ),
  );
  return [...new Set(taken.flat())];
}
