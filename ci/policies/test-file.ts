/** The test that plans the organization for the proof, from the folder of the code. */
export const POLICIES_TEST = "tests/policies.tftest.hcl";
