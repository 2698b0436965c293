import { randomBytes } from "node:crypto";
import { ApiError, answerJson } from "../answer.js";
import type { Handlers } from "../handler.js";
import { now, readOptionalString } from "../input.js";
import type { RegistryStore } from "./store.js";

/** A token lives 12 hours: https://docs.aws.amazon.com/AmazonECR/latest/public/public-registry-auth.html */
const TOKEN_SECONDS = 12 * 60 * 60;

/** What needs the images themselves. Images are pushed to a registry, and the emulator has none. */
const IMAGE_OPERATIONS = [
  "BatchCheckLayerAvailability",
  "BatchDeleteImage",
  "CompleteLayerUpload",
  "DescribeImageTags",
  "DescribeImages",
  "InitiateLayerUpload",
  "PutImage",
  "UploadLayerPart",
];

/**
 * The registry of an account: https://docs.aws.amazon.com/AmazonECRPublic/latest/APIReference/API_DescribeRegistries.html,
 * API_GetAuthorizationToken.html, API_GetRegistryCatalogData.html, API_PutRegistryCatalogData.html.
 */
export function handleRegistries(store: RegistryStore): Handlers {
  const refuse = () => {
    throw new ApiError("UnsupportedCommandException", "The emulator holds no images");
  };
  return {
    ...Object.fromEntries(IMAGE_OPERATIONS.map((operation) => [operation, refuse])),

    DescribeRegistries: async (call, moto) => {
      const { account, alias } = await store.open(call, moto);
      const named = { name: alias, status: "ACTIVE", primaryRegistryAlias: true, defaultRegistryAlias: true };
      const registry = {
        registryId: account,
        registryArn: `arn:aws:ecr-public::${account}:registry/${account}`,
        registryUri: `public.ecr.aws/${alias}`,
        verified: false,
        aliases: [named],
      };
      return answerJson({ registries: [registry] });
    },

    GetAuthorizationToken: () => {
      const authorizationToken = Buffer.from(`AWS:${randomBytes(24).toString("hex")}`).toString("base64");
      return answerJson({ authorizationData: { authorizationToken, expiresAt: now() + TOKEN_SECONDS } });
    },

    GetRegistryCatalogData: async (call, moto) => {
      const { displayName } = await store.open(call, moto);
      return answerJson({ registryCatalogData: { displayName } });
    },

    PutRegistryCatalogData: async (call, moto) => {
      const registry = await store.open(call, moto);
      const displayName = readOptionalString(call.input, "displayName");
      if (displayName === undefined) delete registry.displayName;
      else registry.displayName = displayName;
      return answerJson({ registryCatalogData: { displayName } });
    },
  };
}
