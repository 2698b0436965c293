"""images/lock.json as data for BUILD files."""

_INDEXES = [
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.index.v1+json",
]

def _list_bases(name, entry):
    """The repository of each platform, as the generated block of MODULE.bazel names them."""
    repository = "@genesis_" + name.replace("-", "_").replace(".", "_")
    if entry["mediaType"] in _INDEXES:
        return {platform: repository + "_" + platform.replace("/", "_") for platform in entry["platforms"]}
    return {platform: repository for platform in entry["platforms"]}

def _locked_images_impl(rctx):
    lock = json.decode(rctx.read(rctx.attr.lock))
    images = {name: _list_bases(name, entry) for name, entry in lock.items()}
    rctx.file("BUILD.bazel", "")
    rctx.file("images.bzl", "IMAGES = " + repr(images) + "\n")

locked_images = repository_rule(
    implementation = _locked_images_impl,
    doc = "`IMAGES` in `images.bzl`: image → platform → the pulled base; empty before the first publish.",
    attrs = {
        "lock": attr.label(mandatory = True, allow_single_file = True),
    },
)
