# Written by `dagger call adopt`: what AWS has and the state does not. Once it is applied, the next adopt empties this file.
