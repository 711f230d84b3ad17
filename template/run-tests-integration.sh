#!/bin/sh
# Runs the integration tests (*IT), on the broker that PIPEFORCE_MESSAGE_BROKER names; without it, on a dev broker.
# Exit code 0 only when there were tests and all passed.
exec "$(dirname "$0")/test/run-junit.sh" integration '.*IT'
