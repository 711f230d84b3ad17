#!/bin/sh
# Runs all tests, the integration tests also when a unit test failed. Exit code 0 only when all passed.
cd "$(dirname "$0")" || exit 1
code=0
./run-tests-unit.sh || code=1
./run-tests-integration.sh || code=1
exit $code
