import { answerJson } from "../answer.js";
import type { Handlers } from "../handler.js";
import { listTags, readStrings, readTags } from "../input.js";
import type { RegistryStore } from "./store.js";

/**
 * Tags of repositories: https://docs.aws.amazon.com/AmazonECRPublic/latest/APIReference/API_TagResource.html,
 * API_UntagResource.html, API_ListTagsForResource.html.
 */
export function handleTags(store: RegistryStore): Handlers {
  return {
    TagResource: async (call, moto) => {
      const { tags } = await store.findByArn(call, moto);
      for (const [key, value] of readTags(call.input, "tags")) tags.set(key, value);
      return answerJson({});
    },

    UntagResource: async (call, moto) => {
      const { tags } = await store.findByArn(call, moto);
      for (const key of readStrings(call.input, "tagKeys")) tags.delete(key);
      return answerJson({});
    },

    ListTagsForResource: async (call, moto) => answerJson({ tags: listTags((await store.findByArn(call, moto)).tags) }),
  };
}
