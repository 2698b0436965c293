import { z } from "zod";
import { GenesisError, throwErrors } from "../lib/errors.js";
import { findNearest } from "../lib/nearest.js";
import { type Code, DATA_PATH } from "./code.js";
import { listDeclared, readVariables } from "./variables.js";

/** A literal of HCL: the parser leaves the escapes of `${` and `%{` as they are. */
const text = z.string().transform((raw) => raw.replaceAll("$${", "${").replaceAll("%%{", "%{"));
const texts = z.array(text);
/** The slash and the colon separate names, in addresses and where the data names accounts and OUs. */
const key = text.refine((raw) => !/[/:]/.test(raw), "a key holds no / or :; write another, and this one as its name");
/** Entries by key; what AWS calls one is its `name`, where that is not the key. */
const entries = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.record(key, z.strictObject({ ...shape, name: text.nullish() }));
/** Terraform takes null for a field that is left out. */
const orElse = <Schema extends z.ZodType>(schema: Schema, value: z.output<Schema>) =>
  schema.nullish().transform((given): z.output<Schema> => given ?? value);

const accountId = text.refine((id) => /^\d{12}$/.test(id), "expected the 12 digits of an account");
const contact = z.strictObject({ name: text, title: text, email: text, phone: text });
const contacts = z.strictObject({
  security: contact.nullish(),
  billing: contact.nullish(),
  operations: contact.nullish(),
});
/** A file below policies/. What climbs out of the folder would be read too. */
const file = text.refine(
  (path) => /^(?!.*\.\.)[^/].*\.json$/.test(path),
  "expected a file of policies/, such as deny-all.json",
);
const ownPolicy = z.strictObject({ name: text, path: orElse(text, "/") });

const shape = {
  region: text,
  management: z.strictObject({ account_id: accountId, email: text }),
  organization: z.strictObject({ trusted_services: texts, policy_types: texts }),
  /** By path, such as workloads/prod. */
  ous: z.record(text, z.strictObject({ name: text.nullish() })),
  /** `ou` is a path of `ous`, or "root". */
  accounts: entries({
    email: text,
    ou: text,
    tags: orElse(z.record(text, text), {}),
    contacts: orElse(contacts, {}),
  }),
  identity_source: orElse(z.enum(["identity-center", "external"]), "identity-center"),
  people: entries({ given_name: text, family_name: text, email: text, display_name: text.nullish() }),
  permission_sets: entries({
    description: text,
    /** Names below arn:aws:iam::aws:policy/. */
    managed_policies: texts,
    inline_policy: file.nullish(),
    customer_managed_policies: orElse(z.array(ownPolicy), []),
    boundary: z
      .strictObject({ managed_policy: text.nullish(), customer_managed_policy: ownPolicy.nullish() })
      .nullish(),
    /** ISO 8601. */
    session_duration: orElse(text, "PT1H"),
    relay_state: text.nullish(),
  }),
  groups: entries({
    description: text,
    members: texts,
    /** `accounts` holds keys, "management", "ou:<path>", "*" for all but management. */
    access: z.array(z.strictObject({ permission_sets: texts, accounts: texts })),
  }),
  contacts,
  policies: entries({
    description: text,
    file,
    /** "root", "ou:<path>", keys of accounts. */
    targets: texts,
    type: orElse(text, "SERVICE_CONTROL_POLICY"),
  }),
  github: z.strictObject({
    owner: text,
    owner_id: text,
    repository: text,
    repository_id: text,
    /** Login → GitHub's id of it. */
    approvers: z.record(z.string(), text),
    two_persons: orElse(z.boolean(), false),
    audiences: orElse(texts, ["sts.amazonaws.com"]),
  }),
  public_ecr: z.strictObject({ account: text, account_id: accountId, repositories: texts }),
  state_bucket: z.strictObject({ name: text, statements: file.nullish() }),
  /** What tf-drift lets stay, by the words of its report. */
  exceptions: orElse(
    z.record(
      text,
      z.strictObject({ reason: text, expires: z.iso.date("expected a date such as 2026-12-31").nullish() }),
    ),
    {},
  ),
  scp_limits: z.strictObject({ characters: z.number(), per_node: z.number() }).nullish(),
};
const schema = z.strictObject(shape);

/** The data of the organization, as terraform/variables.tf declares it: field names are those of HCL. */
export type OrganizationData = z.output<typeof schema>;

/**
 * Reads the data of the organization, and checks the shape of all of it; what does not fit together, Terraform says. Throws
 * `data-invalid` for each field that is not as it should be, and `code-unreadable`.
 */
export async function readData(code: Pick<Code, "files">): Promise<OrganizationData> {
  const variables = await readVariables(code);
  // The code may have more variables than ours.
  const others = (await listDeclared(code)).filter((name) => !Object.hasOwn(shape, name));
  const ours = Object.entries(variables).filter(([name]) => !others.includes(name));
  const result = schema.safeParse(Object.fromEntries(ours));
  if (result.success) return result.data;
  throwErrors((await Promise.all(result.error.issues.map(explainIssue))).flat());
  throw new Error("unreachable: a failed parse has issues");
}

/** Whether the code is that of an organization. */
export async function hasOrganization(code: Pick<Code, "files">): Promise<boolean> {
  return (await listDeclared(code)).includes("organization");
}

/** As readData, where the code is that of an organization. */
export async function checkData(code: Pick<Code, "files">): Promise<void> {
  if (await hasOrganization(code)) await readData(code);
}

async function explainIssue(issue: z.core.$ZodIssue): Promise<GenesisError[]> {
  if (issue.code === "unrecognized_keys") {
    const known = listKnown(schema, issue.path);
    return Promise.all(
      issue.keys.map(async (name) => {
        const nearest = await findNearest(name, known);
        const hint = nearest === undefined ? `known are ${known.join(", ")}` : `did you mean ${nearest}?`;
        return refuseData([...issue.path, name], `there is no such field; ${hint}`);
      }),
    );
  }
  const message = issue.code === "invalid_key" ? (issue.issues[0]?.message ?? issue.message) : issue.message;
  return [refuseData(issue.path, message.replace(/\.$/, ""))];
}

/** The fields of the object at a path of the schema. */
function listKnown(start: z.core.$ZodType, path: readonly PropertyKey[]): string[] {
  let at: z.core.$ZodType | undefined = start;
  const rest = [...path];
  while (at !== undefined) {
    if (at instanceof z.ZodOptional || at instanceof z.ZodNullable) at = at.unwrap();
    else if (at instanceof z.ZodPipe) at = at.in;
    else if (at instanceof z.ZodObject) {
      if (rest.length === 0) return Object.keys(at.shape);
      at = at.shape[String(rest.shift())];
    } else if (at instanceof z.ZodRecord || at instanceof z.ZodArray) {
      rest.shift();
      at = at instanceof z.ZodRecord ? at.valueType : at.element;
    } else return [];
  }
  return [];
}

function refuseData(path: readonly PropertyKey[], fact: string): GenesisError {
  return new GenesisError({ code: "data-invalid", subject: `${DATA_PATH} ${path.map(String).join(".")}`.trim(), fact });
}
