/** A number that decides how far something scales. */
export interface Limit {
  value: number;
  unit: string;
  what: string;
  /** Whether its owner raises it on request. */
  raisable: boolean;
  /** Where it stands, or how it came about. */
  source: string;
}

const ORGANIZATIONS = "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html";
const IDENTITY_CENTER = "https://docs.aws.amazon.com/singlesignon/latest/userguide/limits.html";
const ECR_PUBLIC = "https://docs.aws.amazon.com/AmazonECR/latest/public/public-service-quotas.html";
const ACTIONS = "https://docs.github.com/en/actions/reference/limits";
const limit = (value: number, unit: string, what: string, source: string, raisable = false): Limit => ({
  value,
  unit,
  what,
  raisable,
  source,
});

/** Quotas of others. They change: whoever plans by them looks at the source first. */
export const LIMITS = {
  ACCOUNTS_DEFAULT: limit(
    10,
    "accounts",
    "in a new organization, or fewer; up to 50,000 on request",
    ORGANIZATIONS,
    true,
  ),
  ACCOUNTS_CREATED_AT_ONCE: limit(5, "accounts", "being created at a time", ORGANIZATIONS),
  ACCOUNTS_IN_IDENTITY_CENTER: limit(
    3000,
    "accounts",
    "and applications together in an Identity Center",
    IDENTITY_CENTER,
    true,
  ),
  PERMISSION_SETS_PER_ACCOUNT: limit(500, "permission sets", "in one account", IDENTITY_CENTER, true),
  IDENTITY_CENTER_RATE: limit(20, "requests/s", "of all its APIs together", IDENTITY_CENTER, true),
  ASSIGNMENTS_AT_ONCE: limit(15, "assignments", "being created at a time", IDENTITY_CENTER),
  REPOSITORIES: limit(10_000, "repositories", "of a public registry", ECR_PUBLIC, true),
  IMAGES_PER_REPOSITORY: limit(100_000, "images", "in a repository", ECR_PUBLIC, true),
  LAYER_UPLOAD_RATE: limit(10, "uploads/s", "begun, and as many completed", ECR_PUBLIC, true),
  PUT_IMAGE_RATE: limit(10, "manifests/s", "written, tags included", ECR_PUBLIC, true),
  TOKEN_RATE: limit(200, "tokens/s", "of GetAuthorizationToken", ECR_PUBLIC, true),
  PULL_RATE_ANONYMOUS: limit(1, "pulls/s", "without credentials", ECR_PUBLIC),
  PULL_RATE_SIGNED_IN: limit(10, "pulls/s", "with credentials, or from ECS, Fargate and EC2", ECR_PUBLIC, true),
  PULL_GIGABYTES_ANONYMOUS: limit(500, "GB/month", "pulled without credentials", ECR_PUBLIC),
  MATRIX_JOBS: limit(256, "jobs", "of a matrix in one run", ACTIONS),
  JOBS_AT_ONCE_FREE: limit(
    20,
    "jobs",
    "at a time on GitHub's runners: Free; Pro 40, Team 60, Enterprise 500",
    ACTIONS,
    true,
  ),
  JOB_HOURS: limit(6, "hours", "that a job of GitHub's runners may take", ACTIONS),
  SESSION_MINUTES: limit(
    60,
    "minutes",
    "that a role's credentials are good, unless the role allows more (12 hours at most)",
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_manage-assume.html",
    true,
  ),
} as const satisfies Record<string, Limit>;

const OURS = "this repository";
/** What the arithmetic takes for granted beside the quotas. */
export const ASSUMPTIONS = {
  BUILD_SECONDS: limit(
    60,
    "s",
    "to build and push a changed image for two platforms on one engine",
    "an assumption; measure your own with publish --format json",
  ),
  REQUESTS_UNCHANGED: limit(
    2,
    "requests",
    "for an image that is published already",
    `${OURS}: npm run bench -- publish`,
  ),
  MANIFESTS_CHANGED: limit(
    4,
    "manifests",
    "of a changed image: one for each platform, the index, the tag of a revision",
    `${OURS}: ci/registry/push.ts`,
  ),
  LAYERS_CHANGED: limit(
    6,
    "uploads",
    "of a changed image: two layers and a configuration for each platform",
    "an assumption, for the images here",
  ),
  IMAGE_MEGABYTES: limit(100, "MB", "of an image for one platform, compressed", "an assumption"),
  ROUND_TRIP_SECONDS: limit(0.1, "s", "for a request to a registry", "an assumption"),
  IMAGES_AT_ONCE: limit(4, "images", "that publish works on at a time", `${OURS}: ci/images/publish.ts`),
  ASSIGNMENTS_PER_ACCOUNT: limit(
    10,
    "assignments",
    "in each account: five groups with two permission sets",
    "an assumption",
  ),
  ASSIGNMENT_SECONDS: limit(
    3,
    "s",
    "for an assignment, many in a row: 1,200 took 61 minutes",
    "https://github.com/aws-samples/aws-iam-identity-center-extensions/blob/main/docs/documentation/Scaling.md",
  ),
  ACCOUNT_SECONDS: limit(60, "s", "until AWS has created an account", "an assumption; AWS names no time"),
  SUMMARY_CHARACTERS: limit(
    65_000,
    "characters",
    "of a plan's summary, which a comment on GitHub must hold",
    `${OURS}: ci/terraform/summary/render-summary.ts`,
  ),
  DIFF_PER_ACCOUNT: limit(
    1136,
    "characters",
    "of a diff for a new account with its contact",
    `${OURS}: docs/rehearsal.md`,
  ),
  DIFF_PER_ASSIGNMENT: limit(600, "characters", "of a diff for an assignment", `${OURS}: docs/rehearsal.md`),
  SPARE_MINUTES: limit(
    15,
    "minutes",
    "of a session that must be left when an apply begins",
    `${OURS}: ci/aws/credentials.ts`,
  ),
} as const satisfies Record<string, Limit>;
