#!/bin/sh
# trigger-event.sh [KEY] [PAYLOAD]: sends an event to the running service; to another broker than that of pi dev when
# PIPEFORCE_MESSAGE_BROKER names one.
set -eu
key=${1:-some.event.key.x}
payload=${2-'{"hello":"world"}'}
pi=$(command -v pi || echo "$(dirname "$0")/../../pi")
[ -x "$pi" ] || { echo "pi is not on the PATH: add the folder of its repository" >&2; exit 3; }
exec "$pi" send "$key" "$payload"
