/** What somebody does by hand in the console, to see that it is found. JSON APIs of AWS, signed for the emulator only. */
export async function callOrganizations(
  emulatorUrl: string,
  operation: string,
  input: Readonly<Record<string, unknown>>,
): Promise<Record<string, unknown>> {
  const response = await fetch(emulatorUrl, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": `AWSOrganizationsV20161128.${operation}`,
      authorization: sign("organizations"),
    },
    body: JSON.stringify(input),
  });
  const answer = (await response.json()) as Record<string, unknown>;
  if (!response.ok)
    throw new Error(`Organizations ${operation} answered ${response.status}: ${JSON.stringify(answer)}`);
  return answer;
}

/** The emulator reads who calls, and checks no signature. */
function sign(service: string): string {
  return `AWS4-HMAC-SHA256 Credential=rehearsal/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;
}
