#!/bin/sh
# trigger-webhook.sh [NAME] [PAYLOAD]: sends the event that a webhook of this name would cause. Its key is by convention
# pipeforce.webhook.NAME; a handler for it is @Event("pipeforce.webhook.hello").
set -eu
payload=${2-'{"source":"webhook"}'}
exec "$(dirname "$0")/trigger-event.sh" "pipeforce.webhook.${1:-hello}" "$payload"
