import { createServer } from "node:http";
import { listenOnLoopback } from "../../tools/listen.js";
import { bootstrapOrganization, startOrganization, type TestOrganization } from "./start-organization.js";

declare module "vitest" {
  interface ProvidedContext {
    /** Where the bootstrapped organization of this run is asked for. */
    organization: string;
  }
}

export interface Bootstrapped {
  url: string;
  root: string;
}

/**
 * Bootstraps an organization for the tests of one run, with the module's own code and the real Terraform: once, at the start or when the
 * first test asks for it. Each gets a copy by `forkOrganization`.
 */
export async function shareOrganization({
  atOnce,
}: {
  atOnce: boolean;
}): Promise<{ url: string; close(): Promise<void> }> {
  let making: Promise<TestOrganization> | undefined;
  const make = async (): Promise<TestOrganization> => {
    const organization = await startOrganization();
    await bootstrapOrganization(organization).catch(async (error) => {
      await organization.close();
      throw error;
    });
    return organization;
  };
  const share = () => {
    making ??= make();
    return making;
  };
  // Its failure is told to each test that asks.
  if (atOnce) share().catch(() => {});
  const server = createServer((_, response) => {
    share().then(
      ({ emulator, root }) => response.end(JSON.stringify({ url: emulator.url, root } satisfies Bootstrapped)),
      (error: Error) => response.writeHead(500).end(error.stack),
    );
  });
  const url = `http://127.0.0.1:${await listenOnLoopback(server)}`;
  return {
    url,
    close: async () => {
      server.close();
      server.closeAllConnections();
      const organization = await making?.catch(() => undefined);
      await organization?.close();
    },
  };
}
