import { answerJson } from "../answer.js";
import type { Handlers } from "../handler.js";

/**
 * An organization has one instance, in its home region; moto has one in every region.
 * https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListInstances.html
 */
export function handleInstances(homeRegion: string): Handlers {
  return {
    ListInstances: (call, moto) => (call.region === homeRegion ? moto.forward(call) : answerJson({ Instances: [] })),
  };
}
