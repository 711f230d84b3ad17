#!/bin/sh
# Runs the service. Configured by its environment; JAVA_OPTS goes to the JVM.
set -eu
cd "$(dirname "$0")"
[ -f target/hello-service.jar ] || { echo "target/hello-service.jar is missing: build it with mvn package" >&2; exit 3; }
# shellcheck disable=SC2086
exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" ${JAVA_OPTS:-} -jar target/hello-service.jar "$@"
