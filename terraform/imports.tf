# Written by `dagger call adopt`: what AWS has and the state has not; empty again after the apply and one more adopt.
