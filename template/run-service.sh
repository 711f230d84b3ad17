#!/bin/sh
# Runs the service. Configured by its environment; JAVA_OPTS goes to the JVM.
set -eu
cd "$(dirname "$0")"
[ -f target/hello-service.jar ] || { echo "target/hello-service.jar is missing: build it with mvn package" >&2; exit 3; }
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
if [ -f target/start/cache.aot ]; then
  # In an image of pi image build: starts in about half the time. A JVM that the cache does not fit does without, silently.
  # shellcheck disable=SC2086
  exec "$java" -XX:AOTCache=target/start/cache.aot -Xlog:aot*=off,cds*=off ${JAVA_OPTS:-} \
    -cp "$(cat target/start/class-path):target/hello-service.jar" io.pipeforce.ServiceRuntime "$@"
fi
# shellcheck disable=SC2086
exec "$java" ${JAVA_OPTS:-} -jar target/hello-service.jar "$@"
