import { type Effect, readAttribute } from "./effects.js";

export const CONTACT_FIELDS = ["name", "title", "email_address", "phone_number"] as const;

/** Name, title, address and number, in one line. */
export function describeContact(effect: Effect, side: "before" | "after"): string {
  return CONTACT_FIELDS.map((field) => String(readAttribute(effect, field)[side] ?? "?")).join(", ");
}
