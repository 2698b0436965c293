import { randomBytes } from "node:crypto";
import { ApiError, answerJson } from "../answer.js";
import type { Handlers } from "../handler.js";
import { type Input, isObject } from "../input.js";

const GRANT_TYPE = "urn:ietf:params:oauth:grant-type:device_code";
const CLIENT_SECONDS = 90 * 24 * 60 * 60;
const TOKEN_SECONDS = 8 * 60 * 60;

/** How sign-ins go; tests change it. */
export interface LoginSettings {
  /** Seconds between two polls; a client that asks sooner is told to slow down. */
  interval: number;
  /** Seconds until a device code expires. */
  expiresIn: number;
  /** After how many polls the sign-in approves itself; undefined: never. */
  approveAfterPolls?: number;
  /** Who signs in when it approves itself; undefined: someone with every assignment. */
  userName?: string;
}

/** A device that waits for its person. */
interface Device {
  clientId: string;
  userCode: string;
  expiresAt: number;
  interval: number;
  polls: number;
  polledAt: number;
  decision: "pending" | "approved" | "denied";
  userName?: string | undefined;
}

/** A session of the portal. */
export interface Session {
  /** Undefined: someone with every assignment. */
  userName: string | undefined;
  expiresAt: number;
}

/** Devices and sessions of the sign-in. */
export class DeviceLogin {
  readonly clients = new Map<string, string>();
  readonly devices = new Map<string, Device>();
  readonly sessions = new Map<string, Session>();
  settings: LoginSettings = { interval: 1, expiresIn: 600 };

  /** Takes the person's decision. Throws a TypeError when no device shows that code. */
  decide(value: unknown, decision: "approved" | "denied"): void {
    const { userCode, userName } = isObject(value) ? value : {};
    const device = [...this.devices.values()].find((each) => each.userCode === userCode);
    if (device === undefined) throw new TypeError(`no device shows the user code ${String(userCode)}`);
    device.decision = decision;
    device.userName = typeof userName === "string" ? userName : undefined;
  }

  /** Replaces the settings of sign-ins that start from now on. Throws a TypeError that names the field. */
  configure(value: unknown): void {
    const { interval = 1, expiresIn = 600, approveAfterPolls, userName, ...unknown } = isObject(value) ? value : {};
    const [extra] = Object.keys(unknown);
    if (extra !== undefined) throw new TypeError(`the sign-in has no setting ${extra}`);
    for (const [name, each] of Object.entries({ interval, expiresIn, approveAfterPolls: approveAfterPolls ?? 0 })) {
      if (!Number.isInteger(each) || Number(each) < 0) throw new TypeError(`${name} is a number from 0 on`);
    }
    this.settings = {
      interval: Number(interval),
      expiresIn: Number(expiresIn),
      ...(approveAfterPolls !== undefined && { approveAfterPolls: Number(approveAfterPolls) }),
      ...(typeof userName === "string" && { userName }),
    };
  }
}

/**
 * The sign-in of the Identity Center, OAuth's device grant:
 * https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_RegisterClient.html, API_StartDeviceAuthorization.html,
 * API_CreateToken.html; https://www.rfc-editor.org/rfc/rfc8628#section-3.5.
 */
export function handleDeviceLogin(login: DeviceLogin): Handlers {
  return {
    RegisterClient: ({ input }) => {
      readText(input, "clientName");
      if (readText(input, "clientType") !== "public") {
        throw new ApiError("InvalidClientMetadataException", "clientType must be public", 400);
      }
      const clientId = randomBytes(16).toString("base64url");
      const clientSecret = randomBytes(32).toString("base64url");
      login.clients.set(clientId, clientSecret);
      const clientIdIssuedAt = Math.floor(Date.now() / 1000);
      const clientSecretExpiresAt = clientIdIssuedAt + CLIENT_SECONDS;
      return answerJson({ clientId, clientSecret, clientIdIssuedAt, clientSecretExpiresAt });
    },

    StartDeviceAuthorization: ({ input, region }) => {
      const clientId = checkClient(login, input);
      readText(input, "startUrl");
      const { interval, expiresIn } = login.settings;
      const deviceCode = randomBytes(32).toString("base64url");
      const userCode = randomUserCode();
      const expiresAt = Date.now() + expiresIn * 1000;
      const device: Device = { clientId, userCode, expiresAt, interval, polls: 0, polledAt: 0, decision: "pending" };
      login.devices.set(deviceCode, device);
      const verificationUri = `https://device.sso.${region}.amazonaws.com/`;
      const verificationUriComplete = `${verificationUri}?user_code=${userCode}`;
      return answerJson({ deviceCode, userCode, verificationUri, verificationUriComplete, expiresIn, interval });
    },

    CreateToken: ({ input }) => {
      const clientId = checkClient(login, input);
      if (readText(input, "grantType") !== GRANT_TYPE) {
        throw new ApiError("UnsupportedGrantTypeException", `Only ${GRANT_TYPE} is supported`, 400);
      }
      const deviceCode = readText(input, "deviceCode");
      const device = login.devices.get(deviceCode);
      if (device === undefined || device.clientId !== clientId) {
        throw new ApiError("InvalidGrantException", "Invalid device code", 400);
      }
      const userName = pollDevice(login.settings, device);
      // A device code serves once.
      login.devices.delete(deviceCode);
      const accessToken = randomBytes(32).toString("base64url");
      login.sessions.set(accessToken, { userName, expiresAt: Date.now() + TOKEN_SECONDS * 1000 });
      return answerJson({ accessToken, tokenType: "Bearer", expiresIn: TOKEN_SECONDS });
    },
  };
}

/** Returns who signed in, or throws what the client has to be told. */
function pollDevice(settings: LoginSettings, device: Device): string | undefined {
  const now = Date.now();
  const early = now - device.polledAt < device.interval * 1000;
  device.polledAt = now;
  device.polls += 1;
  if (now >= device.expiresAt) throw new ApiError("ExpiredTokenException", "The device code has expired", 400);
  if (early) throw new ApiError("SlowDownException", "The client polls too often", 400);
  if (device.decision === "denied") throw new ApiError("AccessDeniedException", "The person denied the request", 400);
  if (device.decision === "approved") return device.userName;
  if (settings.approveAfterPolls !== undefined && device.polls > settings.approveAfterPolls) return settings.userName;
  throw new ApiError("AuthorizationPendingException", "The person has not decided yet", 400);
}

function checkClient(login: DeviceLogin, input: Input): string {
  const clientId = readText(input, "clientId");
  if (login.clients.get(clientId) !== readText(input, "clientSecret")) {
    throw new ApiError("InvalidClientException", "Client authentication failed", 401);
  }
  return clientId;
}

function readText(input: Input, name: string): string {
  const value = input[name];
  if (typeof value === "string" && value !== "") return value;
  throw new ApiError("InvalidRequestException", `The parameter ${name} is missing`, 400);
}

/** Like `BCDF-GHJK`: letters that spell no word. */
function randomUserCode(): string {
  const letters = "BCDFGHJKLMNPQRSTVWXZ";
  const code = [...randomBytes(8)].map((byte) => letters[byte % letters.length]).join("");
  return `${code.slice(0, 4)}-${code.slice(4)}`;
}
