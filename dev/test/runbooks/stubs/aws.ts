import { formatAwsCredentials } from "../../../../ci/aws/credentials.js";
import { EMULATOR_CREDENTIALS } from "../../../../ci/terraform/emulator.js";

/**
 * `aws` as the runbooks call it: AWS's own clients against the emulator, so that a service, an operation or a parameter that there is not is
 * an error. `--user-name x` is the parameter UserName. Prints the answer as JSON.
 */
const { EMULATOR = "", AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = process.env;
const [service = "", operation = "", ...args] = process.argv.slice(2);

const CLIENTS: Record<string, () => Promise<Record<string, unknown>>> = {
  iam: () => import("@aws-sdk/client-iam"),
  sts: () => import("@aws-sdk/client-sts"),
};
const toPascal = (name: string) => name.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());

type Client = { send(command: unknown): Promise<Record<string, unknown>> };
type Constructor<T> = new (input: unknown) => T;

/** Whoever is signed in: by the environment, else the administrator of the emulator. */
const credentials =
  AWS_ACCESS_KEY_ID === undefined
    ? EMULATOR_CREDENTIALS
    : { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY ?? "" };

async function call(): Promise<string> {
  if (`${service} ${operation}` === "configure export-credentials") return `${formatAwsCredentials(credentials)}\n`;
  const package_ = await CLIENTS[service]?.();
  if (package_ === undefined) throw new Error(`aws: there is no service ${service} here`);
  const input: Record<string, string> = {};
  for (let at = 0; at < args.length; at += 2) {
    const [, name] = /^--([a-z-]+)$/.exec(args[at] ?? "") ?? [];
    if (name === undefined || args[at + 1] === undefined)
      throw new Error(`aws: ${args[at]} is no parameter with a value`);
    input[toPascal(name)] = args[at + 1] ?? "";
  }
  const clientName = Object.keys(package_).find((name) => name === `${service.toUpperCase()}Client`) ?? "";
  const Command = package_[`${toPascal(operation)}Command`] as Constructor<unknown> | undefined;
  if (Command === undefined) throw new Error(`aws: ${service} has no operation ${operation}`);
  const client = new (package_[clientName] as Constructor<Client>)({
    endpoint: EMULATOR,
    region: "us-east-1",
    credentials,
  });
  const { $metadata: _, ...answer } = await client.send(new Command(input));
  return Object.keys(answer).length === 0 ? "" : `${JSON.stringify(answer, null, 2)}\n`;
}

try {
  process.stdout.write(await call());
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
