import { CONTACT_FIELDS, describeContact } from "../contacts.js";
import { readAttribute } from "../effects.js";
import { CONTACT } from "../resource-types.js";
import { changes, type Family, goes } from "./loss.js";
import { findForeign, isLost } from "./texts.js";

/** Contacts that are deleted, and those of people that are overwritten. */
export const listContacts: Family = ({ plan, of }) => {
  const isForeign = findForeign(plan);
  return of(CONTACT).flatMap((effect) => {
    const overwritten = CONTACT_FIELDS.some((field) => {
      const { before, after } = readAttribute(effect, field);
      return isLost(before, after) && isForeign(effect, field);
    });
    if (!goes(effect) && !(changes(effect) && overwritten)) return [];
    return {
      name: `contact:${effect.key}`,
      old: describeContact(effect, "before"),
      new: effect.kind === "delete" ? "none" : describeContact(effect, "after"),
      ...(goes(effect) && { address: effect.change.address }),
    };
  });
};
