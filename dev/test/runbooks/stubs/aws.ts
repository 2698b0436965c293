import * as iam from "@aws-sdk/client-iam";
import * as organizations from "@aws-sdk/client-organizations";
import * as sts from "@aws-sdk/client-sts";
import { formatAwsCredentials } from "../../../../ci/aws/credentials.js";
import { EMULATOR_CREDENTIALS } from "../../../../ci/terraform/emulator.js";
import type { Program } from "../../fixtures/programs.js";

type Client = { send(command: unknown): Promise<Record<string, unknown>>; destroy(): void };
type Constructor<T> = new (input: unknown) => T;

const SERVICES: Readonly<Record<string, { Client: unknown; commands: object }>> = {
  organizations: { Client: organizations.OrganizationsClient, commands: organizations },
  iam: { Client: iam.IAMClient, commands: iam },
  sts: { Client: sts.STSClient, commands: sts },
};
const toPascal = (name: string) => name.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());

/**
 * `aws` as the runbooks call it: AWS's own clients against the emulator, so that a service, an operation or a parameter that there is not is
 * an error. `--user-name x` is the parameter UserName. Prints the answer as JSON.
 */
export function makeAws(endpoint: string): Program {
  return async ({ argv: [service = "", operation = "", ...args], env, print }) => {
    // Whoever is signed in: by the environment, else the administrator of the emulator.
    const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey = "" } = env;
    const credentials = accessKeyId === undefined ? EMULATOR_CREDENTIALS : { accessKeyId, secretAccessKey };
    if (`${service} ${operation}` === "configure export-credentials") {
      return print(`${formatAwsCredentials(credentials)}\n`);
    }
    const { Client, commands } = SERVICES[service] ?? {};
    const Command = (commands as Record<string, unknown> | undefined)?.[`${toPascal(operation)}Command`];
    if (Command === undefined) throw new Error(`aws: there is no ${service} ${operation} here`);
    const client = new (Client as Constructor<Client>)({ endpoint, region: "us-east-1", credentials });
    const command = new (Command as Constructor<unknown>)(parseParameters(args));
    const { $metadata: _, ...answer } = await client.send(command).finally(() => client.destroy());
    if (Object.keys(answer).length > 0) print(`${JSON.stringify(answer, null, 2)}\n`);
  };
}

function parseParameters(args: readonly string[]): Record<string, string> {
  const input: Record<string, string> = {};
  for (let at = 0; at < args.length; at += 2) {
    const [name = "", value] = args.slice(at, at + 2);
    if (!name.startsWith("--") || value === undefined) throw new Error(`aws: ${name} is no parameter with a value`);
    input[toPascal(name.slice(2))] = value;
  }
  return input;
}
