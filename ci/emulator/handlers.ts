import { handleCatalog } from "./ecr-public/catalog.js";
import { handlePolicies } from "./ecr-public/policies.js";
import { handleRegistries } from "./ecr-public/registries.js";
import { handleRepositories } from "./ecr-public/repositories.js";
import { RegistryStore } from "./ecr-public/store.js";
import { handleTags } from "./ecr-public/tags.js";
import type { Handlers } from "./handler.js";
import { handleOrganizationsFeatures } from "./iam/organizations-features.js";
import { handleGroups } from "./identity-store/groups.js";
import { handleMemberships } from "./identity-store/memberships.js";
import { IdentityStores } from "./identity-store/store.js";
import { handleUsers } from "./identity-store/users.js";
import { handleCreateAccount } from "./organizations/create-account.js";
import { handleServiceAccess, type ServiceAccess } from "./organizations/service-access.js";
import { handleBucketEncryption } from "./s3/bucket-encryption.js";
import { handleBucketPolicy } from "./s3/bucket-policy.js";
import { DeviceLogin, handleDeviceLogin } from "./sso/device-login.js";
import { handlePortal } from "./sso/portal.js";
import { handleInstances } from "./sso-admin/instances.js";
import { handlePermissionsBoundary } from "./sso-admin/permissions-boundary.js";
import { handleProvisioning } from "./sso-admin/provisioning.js";
import { handleTags as handlePermissionSetTags } from "./sso-admin/tags.js";

/** What may differ between emulators. */
export interface HandlerOptions {
  /** Home region of the Identity Center. */
  region: string;
  /** Instances of the Identity Center beside the organization's. */
  moreInstances: number;
  /** How many looks at a request to create an account find it in progress. */
  createAccountPolls: number;
}

/** Everything that moto lacks, by service and operation, and the sign-in that tests steer. Each call has a state of its own. */
export function createHandlers({ region, moreInstances, createAccountPolls }: HandlerOptions): {
  handlers: Record<string, Handlers>;
  login: DeviceLogin;
} {
  const registries = new RegistryStore();
  const identityStores = new IdentityStores();
  const access: ServiceAccess = new Map();
  const login = new DeviceLogin();
  const handlers = {
    "ecr-public": {
      ...handleRepositories(registries),
      ...handleCatalog(registries),
      ...handlePolicies(registries),
      ...handleTags(registries),
      ...handleRegistries(registries),
    },
    iam: handleOrganizationsFeatures(access),
    identitystore: {
      ...handleUsers(identityStores),
      ...handleGroups(identityStores),
      ...handleMemberships(identityStores),
    },
    organizations: { ...handleCreateAccount(createAccountPolls), ...handleServiceAccess(access) },
    s3: { ...handleBucketPolicy(), ...handleBucketEncryption() },
    sso: handlePortal(login, identityStores, region),
    "sso-admin": {
      ...handleInstances(region, moreInstances),
      ...handlePermissionSetTags(),
      ...handleProvisioning(),
      ...handlePermissionsBoundary(),
    },
    "sso-oidc": handleDeviceLogin(login),
  };
  return { handlers, login };
}
