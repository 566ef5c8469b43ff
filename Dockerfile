# An image that holds instc and nothing else, to copy from in the Dockerfile of a program (docs/users.md):
#
#   docker build -t instc .
FROM debian:12 AS build
RUN apt-get update && apt-get install -y --no-install-recommends make git ca-certificates
COPY . /src
WORKDIR /src
RUN make install PREFIX=/usr/local

FROM scratch
COPY --from=build /usr/local/bin/instc /usr/local/bin/instc-toolexec /usr/local/bin/
COPY --from=build /usr/local/share/instc /usr/local/share/instc
