import { paginateListAccountAssignmentsForPrincipal, type SSOAdminClient } from "@aws-sdk/client-sso-admin";
import { z } from "zod";
import { collectErrors, type GenesisError, throwErrors } from "../lib/errors.js";
import type { BootstrapApi } from "./api.js";
import { listAws } from "./failures.js";
import { findIdentityCenter } from "./identity-center.js";
import { readEach } from "./read-each.js";
import { readPeople } from "./read-people.js";
import { readPermissionSets } from "./read-permission-sets.js";
import type { SeenAssignment, SeenIdentityCenter } from "./snapshot.js";

const assignmentsSchema = z.array(
  z.object({
    AccountId: z.string(),
    PermissionSetArn: z.string(),
    PrincipalId: z.string(),
    PrincipalType: z.enum(["GROUP", "USER"]),
  }),
);

/** Who an assignment is asked of. */
type Principal = Pick<SeenAssignment, "principalType" | "principalId">;

/**
 * Reads the Identity Center of a region, or of whichever region has it. Throws what findIdentityCenter throws, and every failure to read a
 * part of it: with a part unknown the rest says nothing about who may enter what.
 */
export async function readIdentityCenter(api: BootstrapApi, home: string | undefined): Promise<SeenIdentityCenter> {
  const { arn: instanceArn, identityStoreId: storeId, region } = await findIdentityCenter(api, home);
  const client = api.openSsoAdmin(region);
  const errors: GenesisError[] = [];
  const permissionSets = await collectErrors(errors, () => readPermissionSets(client, instanceArn));
  const people = await collectErrors(errors, () => readPeople(api.openIdentityStore(region), storeId));
  const assignments = await collectErrors(errors, () => readAssignments(client, instanceArn, people));
  throwErrors(errors);
  if (!(permissionSets && people && assignments)) throw new Error("a part that failed has thrown");
  return { region, instanceArn, storeId, ...people, permissionSets, assignments };
}

/** One list for each group and user: by account and permission set it would be a list for each pair of them. */
async function readAssignments(
  client: SSOAdminClient,
  InstanceArn: string,
  people: Pick<SeenIdentityCenter, "users" | "groups"> = { users: [], groups: [] },
): Promise<SeenAssignment[]> {
  const principals: Principal[] = [
    ...people.groups.map(({ id }) => ({ principalType: "GROUP" as const, principalId: id })),
    ...people.users.map(({ id }) => ({ principalType: "USER" as const, principalId: id })),
  ];
  const found = await readEach(principals, ({ principalType, principalId }) =>
    listAws(
      "sso:ListAccountAssignmentsForPrincipal",
      (limit) =>
        paginateListAccountAssignmentsForPrincipal(
          { client, stopOnSameToken: true },
          { InstanceArn, PrincipalId: principalId, PrincipalType: principalType },
          limit,
        ),
      "AccountAssignments",
      assignmentsSchema,
      // A user's list has those of the user's groups too.
    ).then((all) => all.filter((each) => each.PrincipalType === principalType)),
  );
  return found.flat().map(({ AccountId, PermissionSetArn, PrincipalId, PrincipalType }) => {
    return {
      principalType: PrincipalType,
      principalId: PrincipalId,
      account: AccountId,
      permissionSet: PermissionSetArn,
    };
  });
}
