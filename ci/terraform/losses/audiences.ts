import { OIDC_PROVIDER } from "../resource-types.js";
import { changes, type Family, listRemoved } from "./loss.js";

/** Audiences whose tokens a provider no longer takes. */
export const listAudiences: Family = ({ of }) =>
  of(OIDC_PROVIDER)
    .filter(changes)
    .flatMap((effect) =>
      listRemoved(effect, "client_id_list").map((audience) => ({
        name: `audience:${audience}`,
        old: `accepted by ${effect.change.address}`,
        new: "refused there",
      })),
    );
