import { randomBytes } from "node:crypto";
import { answerJson } from "../answer.js";
import type { Handlers } from "../handler.js";
import { readObjects } from "../input.js";

/**
 * An organization has one instance, in its home region; moto has one in every region. `more` are instances beside it, as those of single
 * accounts are. https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListInstances.html
 */
export function handleInstances(homeRegion: string, more: number): Handlers {
  const others = Array.from({ length: more }, () => ({
    InstanceArn: `arn:aws:sso:::instance/ssoins-${randomBytes(8).toString("hex")}`,
    IdentityStoreId: `d-${randomBytes(5).toString("hex")}`,
  }));
  return {
    ListInstances: async (call, moto) => {
      if (call.region !== homeRegion) return answerJson({ Instances: [] });
      const answer = await moto.forwardJson(call);
      return answerJson({ ...answer, Instances: [...readObjects(answer, "Instances"), ...others] });
    },
  };
}
