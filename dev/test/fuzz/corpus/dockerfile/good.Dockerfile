# check=error=true
ARG BASE
FROM --platform=$BUILDPLATFORM ${BASE} AS build
RUN --mount=type=cache,target=/c --mount=type=bind,source=a,target=/a set -e; \
    # a comment in a line that goes on
    echo a && \
    echo b
COPY --from=build --chown=1:1 ["a b", "/c"]
RUN <<EOF
FROM debian
EOF
HEALTHCHECK NONE
SHELL ["/bin/sh", "-c"]
ONBUILD RUN true
ENV A=b C="d e"
LABEL x=y
FROM build
COPY --from=0 /a /a
