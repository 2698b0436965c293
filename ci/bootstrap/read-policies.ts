import { type PolicyType, paginateListPolicies, paginateListTargetsForPolicy } from "@aws-sdk/client-organizations";
import { z } from "zod";
import type { BootstrapApi } from "./api.js";
import { callAws, listAws } from "./failures.js";
import { readEach } from "./read-each.js";
import type { SeenPolicy } from "./snapshot.js";

const policiesSchema = z.array(
  z.object({
    Id: z.string().regex(/^p-[0-9a-zA-Z_]{8,128}$/),
    Name: z.string(),
    Description: z.string().nullish(),
    AwsManaged: z.boolean().nullish(),
  }),
);
const policySchema = z.object({ Policy: z.object({ Content: z.string() }) });
const targetsSchema = z.array(z.object({ TargetId: z.string() }));

/** The policies of types that are enabled, but for AWS's own: with their documents and with what they are attached to. */
export async function readPolicies(api: BootstrapApi, types: readonly string[]): Promise<SeenPolicy[]> {
  const { organizations: client } = api;
  const pages = { client, stopOnSameToken: true };
  const listed = await readEach(types, async (type) => {
    const policies = await listAws(
      "organizations:ListPolicies",
      (limit) => paginateListPolicies(pages, { Filter: type as PolicyType }, limit),
      "Policies",
      policiesSchema,
    );
    return policies.filter(({ AwsManaged }) => !AwsManaged).map((policy) => ({ ...policy, type }));
  });
  return readEach(listed.flat(), async ({ Id: PolicyId, Name, Description, type }) => {
    const { Policy } = await callAws(
      "organizations:DescribePolicy",
      (limit) => client.describePolicy({ PolicyId }, limit),
      policySchema,
    );
    const targets = await listAws(
      "organizations:ListTargetsForPolicy",
      (limit) => paginateListTargetsForPolicy(pages, { PolicyId }, limit),
      "Targets",
      targetsSchema,
    );
    return {
      id: PolicyId,
      name: Name,
      description: Description ?? "",
      type,
      content: Policy.Content,
      targets: targets.map(({ TargetId }) => TargetId),
    };
  });
}
