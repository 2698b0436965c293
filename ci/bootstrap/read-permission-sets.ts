import {
  DescribePermissionSetCommand,
  GetInlinePolicyForPermissionSetCommand,
  GetPermissionsBoundaryForPermissionSetCommand,
  paginateListCustomerManagedPolicyReferencesInPermissionSet,
  paginateListManagedPoliciesInPermissionSet,
  paginateListPermissionSets,
  type SSOAdminClient,
} from "@aws-sdk/client-sso-admin";
import { z } from "zod";
import { callAws, findAws, listAws } from "./failures.js";
import { readEach } from "./read-each.js";
import type { SeenPermissionSet } from "./snapshot.js";

const arnsSchema = z.array(z.string());
const describedSchema = z.object({
  PermissionSet: z.object({
    Name: z.string(),
    Description: z.string().nullish(),
    SessionDuration: z.string().nullish(),
    RelayState: z.string().nullish(),
  }),
});
const managedSchema = z.array(z.object({ Arn: z.string() }));
const referenceSchema = z
  .object({ Name: z.string(), Path: z.string().nullish() })
  .transform(({ Name, Path }) => ({ name: Name, path: Path ?? "/" }));
const inlineSchema = z.object({ InlinePolicy: z.string().nullish() });
const boundarySchema = z.object({
  PermissionsBoundary: z.object({
    ManagedPolicyArn: z.string().nullish(),
    CustomerManagedPolicyReference: referenceSchema.nullish(),
  }),
});

/** All permission sets of an instance, with everything that is attached to them: five calls for each. */
export async function readPermissionSets(client: SSOAdminClient, InstanceArn: string): Promise<SeenPermissionSet[]> {
  const arns = await listAws(
    "sso:ListPermissionSets",
    (limit) => paginateListPermissionSets({ client, stopOnSameToken: true }, { InstanceArn }, limit),
    "PermissionSets",
    arnsSchema,
  );
  return readEach(arns, (arn) => readPermissionSet(client, { InstanceArn, PermissionSetArn: arn }));
}

/** Which permission set of which instance. */
interface Input {
  InstanceArn: string;
  PermissionSetArn: string;
}

async function readPermissionSet(client: SSOAdminClient, input: Input): Promise<SeenPermissionSet> {
  const pages = { client, stopOnSameToken: true };
  const { PermissionSet } = await callAws(
    "sso:DescribePermissionSet",
    (limit) => client.send(new DescribePermissionSetCommand(input), limit),
    describedSchema,
  );
  const managed = await listAws(
    "sso:ListManagedPoliciesInPermissionSet",
    (limit) => paginateListManagedPoliciesInPermissionSet(pages, input, limit),
    "AttachedManagedPolicies",
    managedSchema,
  );
  const customerManagedPolicies = await listAws(
    "sso:ListCustomerManagedPolicyReferencesInPermissionSet",
    (limit) => paginateListCustomerManagedPolicyReferencesInPermissionSet(pages, input, limit),
    "CustomerManagedPolicyReferences",
    z.array(referenceSchema),
  );
  const { InlinePolicy } = await callAws(
    "sso:GetInlinePolicyForPermissionSet",
    (limit) => client.send(new GetInlinePolicyForPermissionSetCommand(input), limit),
    inlineSchema,
  );
  return {
    arn: input.PermissionSetArn,
    name: PermissionSet.Name,
    description: PermissionSet.Description ?? "",
    // https://docs.aws.amazon.com/singlesignon/latest/userguide/howtosessionduration.html
    sessionDuration: PermissionSet.SessionDuration ?? "PT1H",
    relayState: PermissionSet.RelayState || undefined,
    managedPolicies: managed.map(({ Arn }) => Arn),
    customerManagedPolicies,
    // AWS says "" where there is none.
    inlinePolicy: InlinePolicy || undefined,
    boundary: await readBoundary(client, input),
  };
}

async function readBoundary(client: SSOAdminClient, input: Input): Promise<SeenPermissionSet["boundary"]> {
  const found = await findAws(
    "sso:GetPermissionsBoundaryForPermissionSet",
    (limit) => client.send(new GetPermissionsBoundaryForPermissionSetCommand(input), limit),
    boundarySchema,
    "ResourceNotFoundException",
  );
  const { ManagedPolicyArn, CustomerManagedPolicyReference } = found?.PermissionsBoundary ?? {};
  if (ManagedPolicyArn) return { managedPolicy: ManagedPolicyArn };
  return CustomerManagedPolicyReference ? { customerManagedPolicy: CustomerManagedPolicyReference } : undefined;
}
