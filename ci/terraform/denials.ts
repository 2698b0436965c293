import { AWS_ERRORS } from "../aws/failure.js";

/** A call that AWS denied. */
export interface Denial {
  /** As policies name it, such as s3:PutObject. */
  permission: string;
  /** All that AWS said of it: on what, to whom, and by which kind of policy. */
  fact: string;
  /** Whether a policy denies it, which no other policy can allow. */
  explicit: boolean;
}

const KIND =
  "(?:(?:identity-based|resource-based|session|service control|resource control|VPC endpoint|role trust) policy|permissions boundary)";
/** https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
const SENTENCE = new RegExp(
  [
    String.raw`User: (\S+) is not authorized to perform: ([\w-]+:[\w*]+)`,
    String.raw`(?: on resource: ((?:(?:role|user|group|policy|instance profile) )?\S+))?`,
    String.raw`(?: with an explicit deny in ((?:an?|the) ${KIND}(?:: arn:\S+)?)| because no (${KIND}) allows)?`,
  ].join(""),
  "g",
);
/** Some services say no more than which call it was. */
const DENIED = new RegExp(
  String.raw`^([\w ]{1,40}): (\w{1,80}), .*?, (?:api error )?(?:${AWS_ERRORS["aws-forbidden"][0]}): `,
);

/** How policies name what is called by another name. */
const PREFIXES: Readonly<Record<string, string>> = { "sso-admin": "sso" };
const PERMISSIONS: Readonly<Record<string, string>> = {
  "s3:HeadBucket": "s3:ListBucket",
  "s3:HeadObject": "s3:GetObject",
  "s3:ListObjectsV2": "s3:ListBucket",
};

/** The denied calls that a text of Terraform tells, its lines joined; each once. */
export function readDenials(text: string): Denial[] {
  const found = text.split("operation error ").flatMap((part) => {
    const sentences = [...part.matchAll(SENTENCE)].map(readSentence);
    return sentences.length > 0 ? sentences : readCall(part);
  });
  return [...new Map(found.map((denial) => [denial.fact, denial])).values()];
}

function readSentence([, who = "", permission = "", resource, deny, silent]: RegExpExecArray): Denial {
  const on = resource === undefined ? "" : ` on ${trimEnd(resource)}`;
  const why = deny ? `: ${trimEnd(deny)} denies it explicitly` : silent ? `: no ${silent} allows it` : "";
  return { permission, fact: `AWS denies ${permission}${on} to ${trimEnd(who)}${why}`, explicit: deny !== undefined };
}

function readCall(part: string): Denial[] {
  const [, service = "", operation = ""] = DENIED.exec(part) ?? [];
  if (operation === "") return [];
  const prefix = service.toLowerCase().replaceAll(" ", "-");
  const name = `${PREFIXES[prefix] ?? prefix}:${operation}`;
  const permission = PERMISSIONS[name] ?? name;
  return [{ permission, fact: `AWS denies ${permission} to these credentials, without details`, explicit: false }];
}

const trimEnd = (text: string) => text.replaceAll(/^"|[",.;]+$/g, "");
