"""An image on a base of the catalogue, for every platform that images/lock.json has for it."""

load("@genesis_images//:images.bzl", "IMAGES")
load("@rules_oci//oci:defs.bzl", "oci_image", "oci_image_index", "oci_push")

def _unlocked_image_impl(ctx):
    fail("images/lock.json has no image {}, as it was not published yet. Next: dagger call publish, then dagger call lock --auto-apply".format(ctx.attr.base))

_unlocked_image = rule(
    implementation = _unlocked_image_impl,
    doc = "Stands for an image whose base is not locked: says so when it is asked for.",
    attrs = {"base": attr.string(mandatory = True)},
)

def final_image(name, base, tars, entrypoint, visibility = None):
    """Defines `name`, an index of images on the locked base, and `name`_push.

    The push goes by digest to the repository that `--repository` names, and nowhere without it: the base is public, what stands on
    it may not be. Before the base is locked both targets say so when they are asked for, and no pattern such as `//...` builds them.

    Args:
        name: name of the index
        base: image of the catalogue
        tars: layers on top of it
        entrypoint: argv that the image starts
        visibility: of the index
    """
    if base not in IMAGES:
        for target in [name, name + "_push"]:
            _unlocked_image(name = target, base = base, tags = ["manual"])
        return
    images = []
    for platform, label in IMAGES[base].items():
        images.append(name + "_" + platform.replace("/", "_"))
        oci_image(name = images[-1], base = label, entrypoint = entrypoint, tars = tars)
    oci_image_index(name = name, images = images, visibility = visibility)
    oci_push(name = name + "_push", image = name)
