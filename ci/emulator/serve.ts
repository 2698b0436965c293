import { startEmulator } from "./start.js";

/**
 * Serves the emulator until it is told to end, in a container: `bun serve.ts` or `node --import tsx serve.ts`. Environment:
 * HOST (0.0.0.0), PORT (5000), MOTO_SERVER (moto_server), CREATE_ACCOUNT_POLLS (1).
 */
const { HOST = "0.0.0.0", PORT = "5000", MOTO_SERVER = "moto_server", CREATE_ACCOUNT_POLLS = "1" } = process.env;
for (const [name, value] of Object.entries({ PORT, CREATE_ACCOUNT_POLLS })) {
  if (!/^\d+$/.test(value)) throw new Error(`${name} is a number, not ${value}`);
}

const emulator = await startEmulator({
  host: HOST,
  port: Number(PORT),
  motoServer: MOTO_SERVER,
  createAccountPolls: Number(CREATE_ACCOUNT_POLLS),
  onKill: () => process.exit(1),
});
console.log(`the AWS emulator listens at ${emulator.url} (moto is process ${emulator.motoPid})`);

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => void emulator.close().then(() => process.exit(0)));
}
