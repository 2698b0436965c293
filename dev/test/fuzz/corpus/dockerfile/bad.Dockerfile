# syntax=docker/dockerfile:1
# escape=`
FROM debian:12 AS x
ADD https://host/a /a
ADD git@host:a/b.git /b
COPY --from=alpine /a `
  /b
RUN --mount=from=evil,target=/x true
