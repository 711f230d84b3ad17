#!/bin/sh
# Runs the unit tests (*Test), the linter among them. Exit code 0 only when there were tests and all passed.
exec "$(dirname "$0")/test/run-junit.sh" unit '.*Test'
