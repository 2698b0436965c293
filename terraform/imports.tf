# Written by `dagger call adopt`: what AWS has and nothing manages yet, by its id. Empty again after the apply.
