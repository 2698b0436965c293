import { ApiError, answerJson } from "../answer.js";
import type { Handler, Handlers } from "../handler.js";
import { type Input, readObject, readString } from "../input.js";

/**
 * Permissions boundaries of permission sets:
 * https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_PutPermissionsBoundaryToPermissionSet.html,
 * API_GetPermissionsBoundaryForPermissionSet.html, API_DeletePermissionsBoundaryFromPermissionSet.html.
 */
export function handlePermissionsBoundary(): Handlers {
  const boundaries = new Map<string, Input>();
  /** Runs `handle` with the ARN of a permission set that exists. */
  const withSet =
    (handle: (arn: string, input: Input) => Input): Handler =>
    async (call, moto) => {
      const arn = readString(call.input, "PermissionSetArn");
      const InstanceArn = readString(call.input, "InstanceArn");
      await moto.ask(call, "sso-admin", "DescribePermissionSet", { InstanceArn, PermissionSetArn: arn });
      return answerJson(handle(arn, call.input));
    };
  return {
    PutPermissionsBoundaryToPermissionSet: withSet((arn, input) => {
      boundaries.set(arn, readObject(input, "PermissionsBoundary"));
      return {};
    }),
    GetPermissionsBoundaryForPermissionSet: withSet((arn) => {
      const boundary = boundaries.get(arn);
      if (boundary === undefined) throw new ApiError("ResourceNotFoundException", `${arn} has no permissions boundary`);
      return { PermissionsBoundary: boundary };
    }),
    DeletePermissionsBoundaryFromPermissionSet: withSet((arn) => {
      if (!boundaries.delete(arn)) {
        throw new ApiError("ResourceNotFoundException", `${arn} has no permissions boundary`);
      }
      return {};
    }),
  };
}
