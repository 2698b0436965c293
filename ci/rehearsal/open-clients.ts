import { Account } from "@aws-sdk/client-account";
import { ECRPUBLIC } from "@aws-sdk/client-ecr-public";
import { IAM } from "@aws-sdk/client-iam";
import { Identitystore } from "@aws-sdk/client-identitystore";
import { Organizations } from "@aws-sdk/client-organizations";
import { S3 } from "@aws-sdk/client-s3";
import { SSOAdmin } from "@aws-sdk/client-sso-admin";
import { STS } from "@aws-sdk/client-sts";
import { EMULATOR_CREDENTIALS } from "../terraform/emulator.js";

/** What stands in one account. */
export interface MemberClients {
  iam: IAM;
  ecr: ECRPUBLIC;
}

/** AWS's clients for an emulator, as a person in the console has them: nothing of the module lies between. */
export interface Clients extends MemberClients {
  account: Account;
  identityStore: Identitystore;
  organizations: Organizations;
  s3: S3;
  ssoAdmin: SSOAdmin;
  /** Another account, through the role that AWS creates in it. Throws where it cannot be taken. */
  enter(accountId: string): Promise<MemberClients>;
}

/** Opens the clients for the time of `use`. */
export async function useClients<T>(endpoint: string, use: (clients: Clients) => Promise<T>): Promise<T> {
  const options = { endpoint, region: "us-east-1", credentials: EMULATOR_CREDENTIALS };
  const opened: { destroy(): void }[] = [];
  const open = <Client extends { destroy(): void }>(client: Client): Client => {
    opened.push(client);
    return client;
  };
  const sts = open(new STS(options));
  const openMember = (credentials: (typeof options)["credentials"]): MemberClients => ({
    iam: open(new IAM({ ...options, credentials })),
    ecr: open(new ECRPUBLIC({ ...options, credentials })),
  });
  const clients: Clients = {
    ...openMember(EMULATOR_CREDENTIALS),
    account: open(new Account(options)),
    identityStore: open(new Identitystore(options)),
    organizations: open(new Organizations(options)),
    s3: open(new S3({ ...options, forcePathStyle: true })),
    ssoAdmin: open(new SSOAdmin(options)),
    enter: async (accountId) => {
      const RoleArn = `arn:aws:iam::${accountId}:role/OrganizationAccountAccessRole`;
      const { Credentials } = await sts.assumeRole({ RoleArn, RoleSessionName: "by-hand" });
      const { AccessKeyId = "", SecretAccessKey = "", SessionToken = "" } = Credentials ?? {};
      return openMember({ accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken });
    },
  };
  return use(clients).finally(() => {
    for (const client of opened) client.destroy();
  });
}
