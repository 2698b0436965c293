import { answerJson } from "../answer.js";
import type { Handlers } from "../handler.js";
import { isObject, listTags, readString, readStrings, readTags } from "../input.js";

/**
 * Tags of permission sets: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListTagsForResource.html,
 * API_TagResource.html, API_UntagResource.html. moto takes them at the creation and never tells them.
 */
export function handleTags(): Handlers {
  const tagsByArn = new Map<string, Map<string, string>>();
  return {
    CreatePermissionSet: async (call, moto) => {
      const answer = await moto.forwardJson(call);
      if (isObject(answer.PermissionSet)) {
        tagsByArn.set(readString(answer.PermissionSet, "PermissionSetArn"), readTags(call.input, "Tags"));
      }
      return answerJson(answer);
    },

    ListTagsForResource: (call) => answerJson({ Tags: listTags(tagsByArn.get(readString(call.input, "ResourceArn"))) }),

    TagResource: (call) => {
      const arn = readString(call.input, "ResourceArn");
      tagsByArn.set(arn, new Map([...(tagsByArn.get(arn) ?? []), ...readTags(call.input, "Tags")]));
      return answerJson({});
    },

    UntagResource: (call) => {
      const tags = tagsByArn.get(readString(call.input, "ResourceArn"));
      for (const key of readStrings(call.input, "TagKeys")) tags?.delete(key);
      return answerJson({});
    },
  };
}
