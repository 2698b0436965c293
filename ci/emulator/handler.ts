import type { Answer } from "./answer.js";
import type { ApiCall } from "./call.js";
import type { MotoClient } from "./moto-client.js";

/** Answers a call that moto does not, or not rightly. Throws ApiError. */
export type Handler = (call: ApiCall, moto: MotoClient) => Answer | Promise<Answer>;

/** Handlers by operation. */
export type Handlers = Record<string, Handler>;
