# syntax=docker/dockerfile:1
# The controller's image: a Node base that has no shell and no package manager, and one file. docs/image.md says how it is
# built for several platforms, pinned, signed and checked.

# Both are named by version here and can be pinned by digest from outside: --build-arg BASE_IMAGE=…@sha256:…
ARG BUILD_IMAGE=node:24.21.0-trixie-slim
ARG BASE_IMAGE=gcr.io/distroless/nodejs24-debian13:nonroot

# The bundle is the same for every platform: it is made once, on the builder's own.
FROM --platform=$BUILDPLATFORM ${BUILD_IMAGE} AS build
ARG VERSION=0.1.0
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
# No script of a dependency runs: the base's Node takes the place of the one that a script would fetch.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN node build.ts && test "$(node dist/image/fairlead.mjs --version)" = "${VERSION}"

FROM ${BASE_IMAGE}
ARG BASE_IMAGE
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Fairlead" \
      org.opencontainers.image.description="A cloud load-balancer controller for Kubernetes" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.base.name="${BASE_IMAGE}"
# A user whom /etc/passwd does not know has no other home, and the AWS SDK asks for one. Nothing is in it.
ENV HOME="/home/nonroot"
WORKDIR /
COPY --from=build --chown=0:0 --chmod=0444 /src/dist/image/fairlead.mjs /app/fairlead.mjs
USER 65532:65532
EXPOSE 9090
# Node's own fence around the program: it starts no process or thread, loads no native code, takes no debugger, writes no file,
# and reads only its configuration, its credentials and what the kernel says of itself.
ENTRYPOINT ["/nodejs/bin/node", "--permission", "--allow-fs-read=/app/", "--allow-fs-read=/etc/", "--allow-fs-read=/var/run/secrets/", "--allow-fs-read=/proc/self/", "--disable-sigusr1", "/app/fairlead.mjs"]
