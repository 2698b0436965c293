import { changes, type Family, listRemoved } from "./loss.js";

/** Audiences whose tokens a provider no longer takes. */
export const listAudiences: Family = ({ of }) =>
  of("aws_iam_openid_connect_provider")
    .filter(changes)
    .flatMap((effect) =>
      listRemoved(effect, "client_id_list").map((audience) => ({
        name: `audience:${audience}`,
        old: `accepted by ${effect.change.address}`,
        new: "refused there",
      })),
    );
