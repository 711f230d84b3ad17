#!/bin/sh
# child.sh session|none FOLDER COMMAND…: runs the command and keeps its exit code in FOLDER/exit, whether the hub lives
# or not. With a session, what the command has started ends with it.
session=$1
folder=$2
shift 2
# A child that no hub finds again would run for ever.
echo $$ > "$folder/pid.new" && mv "$folder/pid.new" "$folder/pid" || exit 125
# Ctrl-C in the hub's terminal is not for us.
trap : HUP INT QUIT
"$@" < /dev/null &
child=$!
if [ "$session" = session ]; then
  # All of it, since a shell that runs another program does not pass it on.
  trap 'trap : TERM; kill -s TERM -- "-$$"' TERM
else
  trap 'kill -TERM "$child" 2> /dev/null' TERM
fi
# A signal ends the waiting, not the child.
while :; do
  wait "$child"
  code=$?
  kill -0 "$child" 2> /dev/null || break
done
echo "$code" > "$folder/exit.new" && mv "$folder/exit.new" "$folder/exit"
[ "$session" = session ] || exit

# Whether somebody else of our group lives; the fields after the name are state, parent, group (proc(5)).
others() {
  for process in /proc/[0-9]*; do
    { read -r line < "$process/stat"; } 2> /dev/null || continue
    set -- ${line##*) }
    [ "$3" != $$ ] || [ "$1" = Z ] || [ "${process#/proc/}" = $$ ] || return 0
  done
  return 1
}

if others; then
  trap : TERM
  kill -s TERM -- "-$$"
  rounds=0
  while [ $rounds -lt 50 ] && others; do
    rounds=$((rounds + 1))
    sleep 0.1
  done
  kill -s KILL -- "-$$"
fi
