import { ASSUMPTIONS, LIMITS } from "./limits.js";

const value = Object.fromEntries(
  Object.entries({ ...LIMITS, ...ASSUMPTIONS }).map(([name, each]) => [name, each.value]),
) as Record<keyof typeof LIMITS | keyof typeof ASSUMPTIONS, number>;

/** What so many images come to; seconds where nothing else is said. */
export interface ImageEstimate {
  unchanged: number;
  /** All of them changed, on one engine. */
  buildOneEngine: number;
  /** The same as a matrix of at most MATRIX_JOBS jobs, on as many runners as the plan of Free has. */
  buildMatrix: number;
  jobs: number;
  /** What ECR Public's rates alone take, if everything else were instant. */
  pushFloor: number;
  /** A machine with an empty cache that pulls every image for one platform without credentials. */
  pullAnonymous: number;
  /** Such machines a month, within the free volume. */
  pullsPerMonth: number;
}

/** Estimates images. */
export function estimateImages(count: number): ImageEstimate {
  const jobs = Math.min(count, value.MATRIX_JOBS);
  const rounds = Math.ceil(jobs / value.JOBS_AT_ONCE_FREE);
  return {
    unchanged: (count * value.REQUESTS_UNCHANGED * value.ROUND_TRIP_SECONDS) / value.IMAGES_AT_ONCE,
    buildOneEngine: count * value.BUILD_SECONDS,
    buildMatrix: rounds * Math.ceil(count / jobs) * value.BUILD_SECONDS,
    jobs,
    pushFloor: Math.max(
      (count * value.LAYERS_CHANGED) / value.LAYER_UPLOAD_RATE,
      (count * value.MANIFESTS_CHANGED) / value.PUT_IMAGE_RATE,
    ),
    pullAnonymous: count / value.PULL_RATE_ANONYMOUS,
    pullsPerMonth: Math.floor((value.PULL_GIGABYTES_ANONYMOUS * 1000) / (count * value.IMAGE_MEGABYTES)),
  };
}

/** What so many accounts come to; seconds where nothing else is said. */
export interface AccountEstimate {
  assignments: number;
  create: number;
  assign: number;
  /** What the Identity Center's rate alone takes of a plan, which reads each assignment. */
  planFloor: number;
  /** Plans whose summaries show everything. */
  plans: number;
  /** Applies that one session each is long enough for. */
  applies: number;
}

/** Accounts that an apply can create with all their access before its credentials end. */
export const ACCOUNTS_PER_APPLY = Math.floor(
  ((value.SESSION_MINUTES - value.SPARE_MINUTES) * 60) /
    (value.ASSIGNMENTS_PER_ACCOUNT * value.ASSIGNMENT_SECONDS + value.ACCOUNT_SECONDS / value.ACCOUNTS_CREATED_AT_ONCE),
);

/** New accounts that the summary of a plan shows whole; a longer one is cut, and must not be approved from. */
export const ACCOUNTS_PER_SUMMARY = Math.floor(
  value.SUMMARY_CHARACTERS / (value.DIFF_PER_ACCOUNT + value.ASSIGNMENTS_PER_ACCOUNT * value.DIFF_PER_ASSIGNMENT),
);

/** Estimates accounts, all of them new. */
export function estimateAccounts(count: number): AccountEstimate {
  const assignments = count * value.ASSIGNMENTS_PER_ACCOUNT;
  return {
    assignments,
    create: Math.ceil(count / value.ACCOUNTS_CREATED_AT_ONCE) * value.ACCOUNT_SECONDS,
    assign: assignments * value.ASSIGNMENT_SECONDS,
    planFloor: assignments / value.IDENTITY_CENTER_RATE,
    plans: Math.ceil(count / ACCOUNTS_PER_SUMMARY),
    applies: Math.ceil(count / ACCOUNTS_PER_APPLY),
  };
}
