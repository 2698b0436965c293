import { z } from "zod";
import type { Registration, SignInApi } from "./api.js";
import { callParsed, type SignInPlace } from "./failures.js";

/** Seconds between polls where the server names none: https://www.rfc-editor.org/rfc/rfc8628#section-3.2 */
const INTERVAL_DEFAULT = 5;
/** What AWS gives, where the server does not say. */
const EXPIRES_DEFAULT = 600;

const registrationSchema = z.object({ clientId: z.string().min(1), clientSecret: z.string().min(1) });

/** As a browser would write it: nothing that a terminal could take for a command is left. */
const addressSchema = z.url({ protocol: /^https$/ }).transform((text) => new URL(text).href);

const deviceSchema = z.object({
  deviceCode: z.string().min(1),
  userCode: z.string().regex(/^[A-Za-z0-9-]{4,32}$/),
  verificationUri: addressSchema,
  verificationUriComplete: addressSchema.nullish(),
  expiresIn: z.number().nonnegative().default(EXPIRES_DEFAULT),
  interval: z.number().nonnegative().default(INTERVAL_DEFAULT),
});

/** A sign-in that waits for its person. */
export interface Device extends z.output<typeof deviceSchema> {
  registration: Registration;
  /** Where the person goes: with the code filled in, where the server offers that. */
  address: string;
}

/** Registers this call as a client, for this one sign-in, and starts it. Throws `sign-in-failed` or `start-url-unknown`. */
export async function startDevice(api: SignInApi, place: SignInPlace): Promise<Device> {
  const registration = await callParsed(place, "RegisterClient", () => api.registerClient(), registrationSchema);
  const start = () => api.startDeviceAuthorization(registration, place.startUrl);
  const device = await callParsed(place, "StartDeviceAuthorization", start, deviceSchema);
  return { ...device, registration, address: device.verificationUriComplete ?? device.verificationUri };
}
