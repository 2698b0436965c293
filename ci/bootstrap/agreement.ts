import { GenesisError, throwErrors } from "../lib/errors.js";
import { SETTINGS_PATH, type Settings } from "../lib/settings.js";
import type { OrganizationData } from "../terraform/data.js";

/**
 * What is named in both files must be the same: a bucket would be made that no plan uses, or the wrong region be asked. Throws
 * `settings-disagree`.
 */
export function checkAgreement({ state, sso }: Settings, data: OrganizationData): void {
  const pairs = [
    ["state.bucket", state?.bucket, "state_bucket.name", data.state_bucket.name],
    ["state.region", state?.region, "region", data.region],
    ["sso.region", sso?.region, "region", data.region],
  ] as const;
  throwErrors(
    pairs.flatMap(([field, set, variable, value]) =>
      set === undefined || set === value
        ? []
        : [
            new GenesisError({
              code: "settings-disagree",
              subject: `${SETTINGS_PATH} ${field}`,
              fact: `it is ${set}, and ${variable} in the Terraform data is ${value}`,
              effect: "AWS was not called",
            }),
          ],
    ),
  );
}
