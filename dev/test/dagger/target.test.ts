import type { Secret, Service } from "@dagger.io/dagger";
import { expect, it } from "vitest";
import { choosePublisher } from "../../../ci/dagger/target.js";
import { expectError } from "../fixtures/errors.js";

const aws = {} as Secret;
const emulator = {} as Service;

it("publishes with the credentials of AWS, or to the embedded registry without any", () => {
  expect(choosePublisher({ aws })).toBe(aws);
  expect(choosePublisher({ aws, identity: "who" })).toBe(aws);
  expect(choosePublisher({})).toBeUndefined();
});

it("publishes beside an emulator to the embedded registry, or with the credentials of a sign-in there, which are its own", () => {
  expect(choosePublisher({ emulator })).toBeUndefined();
  expect(choosePublisher({ emulator, aws, identity: "who" })).toBe(aws);
});

it("refuses credentials of AWS beside an emulator", async () => {
  const error = await expectError("target-ambiguous", () => choosePublisher({ aws, emulator }));
  expect(error.message).toContain("Nothing was built");
});
