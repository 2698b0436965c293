import { randomUUID } from "node:crypto";
import { ApiError, answerJson } from "../answer.js";
import type { Handlers } from "../handler.js";
import { now, readOptionalString, readString } from "../input.js";

/** A request to bring a permission set's changes into the accounts. */
interface Provisioning {
  Status: "IN_PROGRESS" | "SUCCEEDED";
  RequestId: string;
  PermissionSetArn: string;
  AccountId?: string | undefined;
  CreatedDate: number;
}

/**
 * Provisioning: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ProvisionPermissionSet.html,
 * API_DescribePermissionSetProvisioningStatus.html. It is in progress when asked for, and done at the first look.
 */
export function handleProvisioning(): Handlers {
  const requests = new Map<string, Provisioning>();
  return {
    ProvisionPermissionSet: async (call, moto) => {
      // moto provisions it in the caller's account whatever the target; that it exists is checked there.
      await moto.forwardJson(call);
      const request: Provisioning = {
        Status: "IN_PROGRESS",
        RequestId: randomUUID(),
        PermissionSetArn: readString(call.input, "PermissionSetArn"),
        AccountId: readOptionalString(call.input, "TargetId"),
        CreatedDate: now(),
      };
      requests.set(request.RequestId, request);
      return answerJson({ PermissionSetProvisioningStatus: request });
    },

    DescribePermissionSetProvisioningStatus: (call) => {
      const id = readString(call.input, "ProvisionPermissionSetRequestId");
      const request = requests.get(id);
      if (request === undefined) throw new ApiError("ResourceNotFoundException", `No provisioning request ${id}`);
      request.Status = "SUCCEEDED";
      return answerJson({ PermissionSetProvisioningStatus: request });
    },
  };
}
