/** How a tool is had that is one executable: from the release of its project, or compiled by Go. */
export interface Program {
  /**
   * The address of the release's archive, or of the executable itself. {os} is linux, {Os} Linux, {arch} amd64, {cpu} x86_64;
   * {source} stands in releases.txt.
   */
  release: string;
  /** The Go module of the command; without one, Go cannot compile it. */
  go?: string;
  /** The oldest version that will do from PATH; without one, it has to be the pinned one. */
  atLeast?: string;
}

/** How a tool is had that a Python package brings. */
export interface PythonTool {
  /** The file that pins the packages, in the repository. */
  requirements: string;
  /** What is told of it: the name of the package. */
  package: string;
  /** The executable, where it has another name than the tool. */
  executable?: string;
}

const GITHUB = "https://github.com/{source}/releases/download/v{version}";

/** Each is of the version at which images/pins.json pins its image, or else of the one in releases.txt. */
export const PROGRAMS = {
  actionlint: {
    release: `${GITHUB}/actionlint_{version}_{os}_{arch}.tar.gz`,
    go: "github.com/rhysd/actionlint/cmd/actionlint",
  },
  cosign: {
    release: `${GITHUB}/cosign-{os}-{arch}`,
    go: "github.com/sigstore/cosign/v3/cmd/cosign",
  },
  /** The small registry: it compiles in seconds, the real one in minutes. */
  crane: {
    release: `${GITHUB}/go-containerregistry_{Os}_{cpu}.tar.gz`,
    go: "github.com/google/go-containerregistry/cmd/crane",
  },
  grype: {
    release: `${GITHUB}/grype_{version}_{os}_{arch}.tar.gz`,
    go: "github.com/anchore/grype/cmd/grype",
  },
  registry: {
    release: `${GITHUB}/registry_{version}_{os}_{arch}.tar.gz`,
    go: "github.com/distribution/distribution/v3/cmd/registry",
  },
  syft: {
    release: `${GITHUB}/syft_{version}_{os}_{arch}.tar.gz`,
    go: "github.com/anchore/syft/cmd/syft",
  },
  terraform: {
    release: "https://{source}/terraform/{version}/terraform_{version}_{os}_{arch}.zip",
    atLeast: "1.11",
  },
  tflint: {
    release: `${GITHUB}/tflint_{os}_{arch}.zip`,
    go: "github.com/terraform-linters/tflint",
  },
} as const satisfies Record<string, Program>;

const LINTERS = "dev/tools/requirements.txt";

/** `moto` and `starlark` are the Python that can import them; jaq is a jq that needs no compiler. */
export const PYTHON_TOOLS = {
  hadolint: { requirements: LINTERS, package: "linters" },
  jq: { requirements: LINTERS, package: "linters", executable: "jaq" },
  shellcheck: { requirements: LINTERS, package: "linters" },
  zizmor: { requirements: LINTERS, package: "linters" },
  moto: { requirements: "ci/emulator/requirements.txt", package: "moto", executable: "python" },
  starlark: { requirements: "dev/test/bazel/requirements.txt", package: "starlark-pyo3", executable: "python" },
} as const satisfies Record<string, PythonTool>;

export type ProgramName = keyof typeof PROGRAMS;
export type PythonToolName = keyof typeof PYTHON_TOOLS;
/** Tools that tests and lints run. */
export type Tool = ProgramName | PythonToolName | "buildifier";

/** What the fast suite runs, and the native rehearsal a part of. */
export const FAST_TOOLS: readonly Tool[] = [
  ...(["actionlint", "buildifier", "crane", "hadolint", "jq", "moto"] as const),
  ...(["shellcheck", "terraform", "zizmor"] as const),
];
/** What the full suite runs beside that. */
export const FULL_TOOLS: readonly Tool[] = ["cosign", "grype", "registry", "starlark", "syft", "tflint"];
