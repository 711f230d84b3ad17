#!/bin/sh
# run-junit.sh NAME PATTERN: runs the test classes whose name matches, without Maven, as inside the image.
# JUnit XML is written to target/test-reports/NAME.
set -eu
cd "$(dirname "$0")/.."
[ -d target/test-classes ] && [ -d target/test-lib ] ||
  { echo "target/test-classes or target/test-lib is missing: build them with mvn package" >&2; exit 3; }
# shellcheck disable=SC2086
exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" ${JAVA_OPTS:-} \
  -cp "target/test-classes:target/classes:target/lib/*:target/test-lib/*" \
  org.junit.platform.console.ConsoleLauncher execute --disable-banner --disable-ansi-colors --details=tree --fail-if-no-tests \
  --scan-classpath=target/test-classes --include-classname "$2" --reports-dir "target/test-reports/$1"
