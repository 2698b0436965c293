import { describe, expect, it } from "vitest";
import { parsePins, requirePin } from "../../../ci/images/pins.js";
import { expectError, expectErrors } from "../fixtures/errors.js";
import { PINS_TEXT, SOME_DIGEST } from "../fixtures/repositories.js";

const parse = (value: unknown) => parsePins(JSON.stringify({ x: value }));

describe("parsePins", () => {
  it("tells images from archives", () => {
    const pins = parsePins(PINS_TEXT);
    expect(pins.get("debian")?.kind).toBe("image");
    expect(pins.get("archive")?.kind).toBe("archive");
  });

  it.each([
    `debian:12@${SOME_DIGEST}`,
    `localhost:5000/a/b__c:1.2-3@${SOME_DIGEST}`,
    `ghcr.io/o/tool:v1@${SOME_DIGEST}`,
  ])("takes %s", (value) => {
    expect(parse(value).get("x")).toEqual({ kind: "image", value });
  });

  it.each([
    ["pin-unpinned", "debian:12"],
    ["pin-unpinned", `debian@${SOME_DIGEST}`],
    ["pin-unpinned", "debian"],
    ["pin-unpinned", "http://deb.debian.org/debian"],
    ["pin-invalid", `Debian:12@${SOME_DIGEST}`],
    ["pin-invalid", `debian:12@${SOME_DIGEST.slice(0, -1)}`],
    ["pin-invalid", "https://host/20261005T000000Z/$(id)"],
    ["pin-invalid", "--debian"],
    ["pin-invalid", ""],
    ["field-invalid", 7],
  ])("refuses with %s: %s", async (code, value) => {
    const error = await expectError(code, () => parse(value));
    expect(error.subject).toBe("images/pins.json x");
  });

  it("lists every bad pin at once", () =>
    expectErrors(["pin-unpinned", "pin-invalid"], () => parsePins('{"a":"debian:12","b":"?"}')));
});

describe("requirePin", () => {
  it("names a missing pin, and one that is no image", async () => {
    const pins = parsePins(PINS_TEXT);
    expect(requirePin(pins, "image", "debian")).toContain("debian:trixie-slim@");
    await expectError("pin-missing", () => requirePin(pins, "image", "registry"));
    await expectError("pin-missing", () => requirePin(pins, "image", "archive"));
    await expectError("pin-missing", () => requirePin(pins, "archive", "debian"));
  });
});
