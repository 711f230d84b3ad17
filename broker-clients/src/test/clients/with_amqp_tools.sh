#!/usr/bin/env bash
# The scenarios with the command line tools of the C client. What they cannot do (arguments of a queue, headers of a
# message), an administrator would do over HTTP.
set -euo pipefail

wrong() { echo "wrong: $*"; exit 1; }

folder=$(mktemp -d)
trap 'rm -rf "$folder"; kill $(jobs -p) 2>/dev/null || true' EXIT

# A command of amqp-consume's must not have options of its own.
echo 'cat >>"$1"' >"$folder/keep"

http() { curl -sSf -u guest:guest -H 'Content-Type: application/json' -X "$1" "$MANAGEMENT_URL/api/$2" -d "${3:-}"; }
publish() { amqp-publish -u "$AMQP_URL" -p "$@"; }
consume() { amqp-consume -u "$AMQP_URL" "$@"; }

work_queues() {
  local queue=$NAME.tasks
  [ "$(amqp-declare-queue -u "$AMQP_URL" -q "$queue" -d)" = "$queue" ] || wrong "the queue got another name"
  seq 20 | publish -r "$queue" -l

  # The first worker fails at its sixth task: a task whose command fails is not acknowledged.
  cat >"$folder/worker" <<'WORKER'
read -r task
[ "$(wc -l <"$1")" -lt 5 ] || exit 1
echo "$task" >>"$1"
WORKER
  touch "$folder/first"
  consume -q "$queue" -p 1 -c 6 bash "$folder/worker" "$folder/first" || true
  consume -q "$queue" -p 1 -c 15 sh "$folder/keep" "$folder/second"
  [ "$(wc -l <"$folder/first")" = 5 ] || wrong "the first did $(cat "$folder/first")"
  # The task that the first one left is the first one again.
  [ "$(head -1 "$folder/second")" = 6 ] || wrong "the second began with $(head -1 "$folder/second")"
  [ "$(cat "$folder/first" "$folder/second" | sort -n)" = "$(seq 20)" ] || wrong "done are $(cat "$folder"/*)"
  ! amqp-get -u "$AMQP_URL" -q "$queue" || wrong "there are tasks left"
}

dead_letters() {
  local queue=$NAME.work dead=$NAME.dead letter
  amqp-declare-queue -u "$AMQP_URL" -q "$dead" -d
  http PUT "queues/%2F/$queue" '{"durable": true, "arguments": {"x-dead-letter-exchange": "",
    "x-dead-letter-routing-key": "'"$dead"'", "x-message-ttl": 1000, "x-max-length": 1}}'
  publish -r "$queue" -b oldest
  publish -r "$queue" -b late
  [ "$(consume -q "$dead" -c 1 cat)" = oldest ] || wrong "the first dead letter is not what did not fit"
  # Waits for it, and leaves it there, for its command fails.
  consume -q "$dead" -c 1 false || true
  letter=$(http POST "queues/%2F/$dead/get" '{"count": 1, "ackmode": "ack_requeue_false", "encoding": "auto"}')
  grep -q '"payload":"late"' <<<"$letter" || wrong "the second dead letter is $letter"
  grep -q '"reason":"expired"' <<<"$letter" || wrong "it does not say why: $letter"
  grep -q "\"queue\":\"$queue\"" <<<"$letter" || wrong "it does not say from where: $letter"
}

# The publisher has no confirms, so only the consumer is cut.
reconnect() {
  local queue=$NAME.numbers deadline=$((SECONDS + 60))
  amqp-declare-queue -u "$AMQP_URL" -q "$queue" -d
  # So that there is traffic when it is cut, and more to come afterwards.
  {
    for number in $(seq 200); do echo "$number"; sleep 0.01; done
    until [ -e "$folder/cut" ]; do sleep 0.05; done
    seq 201 400
  } | publish -r "$queue" -l &
  touch "$folder/received"
  # What runs in the background has no standard input of its own.
  exec 3<&0
  (
    until [ "$(wc -l <"$folder/received")" -ge 20 ]; do sleep 0.05; done
    echo "cut 1"
    read -r <&3
    touch "$folder/cut"
  ) &
  while [ "$(sort -nu "$folder/received" | wc -l)" -lt 400 ]; do
    [ $SECONDS -lt $deadline ] || wrong "received are only $(sort -nu "$folder/received" | wc -l) of 400"
    # It does not notice that the broker has closed its connection, so whoever runs it gives it a time.
    timeout 2 amqp-consume -u "$AMQP_URL" -q "$queue" -p 10 sh "$folder/keep" "$folder/received" || true
  done
}

"${1//-/_}"
