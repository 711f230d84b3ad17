#!/bin/sh
# child.sh FOLDER COMMAND…: runs the command and keeps its exit code in FOLDER/exit, whether the hub lives or not.
folder=$1
shift
echo $$ > "$folder/pid.new" && mv "$folder/pid.new" "$folder/pid"
# Ctrl-C in the hub's terminal is not for us.
trap : HUP INT QUIT
"$@" < /dev/null &
child=$!
trap 'kill -TERM "$child" 2> /dev/null' TERM
# A signal ends the waiting, not the child.
while :; do
  wait "$child"
  code=$?
  kill -0 "$child" 2> /dev/null || break
done
echo "$code" > "$folder/exit.new" && mv "$folder/exit.new" "$folder/exit"
