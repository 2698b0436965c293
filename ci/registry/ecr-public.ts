import type { AwsCredentials } from "../aws/credentials.js";
import { GenesisError } from "../lib/errors.js";
import type { RegistryCredentials } from "./auth.js";
import { RegistryClient } from "./client.js";

export const ECR_PUBLIC_HOST = "public.ecr.aws";
/** Tokens come from this region only: https://docs.aws.amazon.com/AmazonECR/latest/public/public-registry-auth.html */
export const TOKEN_REGION = "us-east-1";

/** A client of the public registry under an alias. Reading needs no credentials. */
export function openEcrPublic(alias: string, credentials?: AwsCredentials): RegistryClient {
  return new RegistryClient({
    url: `https://${ECR_PUBLIC_HOST}`,
    prefix: `${ECR_PUBLIC_HOST}/${alias}`,
    namespace: alias,
    ...(credentials && { credentials: () => getEcrPublicToken(credentials) }),
  });
}

/**
 * Gets a registry token (12 hours) by GetAuthorizationToken. Throws `credentials-refused`, naming AWS's error and what the
 * caller needs. `endpoint` replaces AWS's own, for an emulator.
 */
export async function getEcrPublicToken(credentials: AwsCredentials, endpoint?: string): Promise<RegistryCredentials> {
  const { ECRPUBLICClient, GetAuthorizationTokenCommand } = await import("@aws-sdk/client-ecr-public");
  const client = new ECRPUBLICClient({ region: TOKEN_REGION, credentials, ...(endpoint && { endpoint }) });
  let token: string | undefined;
  try {
    token = (await client.send(new GetAuthorizationTokenCommand({}))).authorizationData?.authorizationToken;
  } catch (error) {
    // Only a code or name: an AWS message can repeat the ids of keys and roles.
    const { code, name } = error as NodeJS.ErrnoException;
    throw refuseToken(`the call ended with ${code ?? name}`);
  } finally {
    client.destroy();
  }
  const [username, password] = Buffer.from(token ?? "", "base64")
    .toString("utf8")
    .split(/:(.*)/s);
  if (!username || !password) throw refuseToken("the answer held no token");
  return { username, password };
}

function refuseToken(fact: string): GenesisError {
  return new GenesisError({
    code: "credentials-refused",
    subject: `ecr-public ${TOKEN_REGION}`,
    fact: `${fact}; the call needs ecr-public:GetAuthorizationToken and sts:GetServiceBearerToken`,
    effect: "Nothing was pushed",
    next: "check them with aws sts get-caller-identity, and use a role that may publish",
  });
}
