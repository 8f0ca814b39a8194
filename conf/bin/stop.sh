#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Stops a stack (FRONTDESK_HOME) and returns when nothing of it is left but its data.

set -eu

# shellcheck source-path=SCRIPTDIR source=stack.sh
. "$(dirname -- "$0")/stack.sh"

[ -d "${FRONTDESK_HOME:-$root/var}" ] || { echo 'FrontDesk is not running'; exit 0; }
find_home
exec 9>"$home/.lock"
flock -w 60 9 || { echo "stop: another start or stop works on $home" >&2; exit 1; }

# Sends signal $1 to process $2, which may be gone.
signal() {
    kill -s "$1" "$2" 2>/dev/null || true
}

gone() {
    [ -z "$(own_processes "$1")" ]
}

# Ends program $1 whose leader is $2: signal and tenths of a second in pairs, at last KILL.
end() {
    name=$1 leader=$2
    shift 2
    while [ $# -gt 0 ]; do
        if [ -n "$leader" ]; then
            signal "$1" "$leader"
        else
            for pid in $(own_processes "$name"); do
                signal "$1" "$pid"
            done
        fi
        wait_for "$2" gone "$name" && return
        leader=
        shift 2
    done
    echo "stop: $name does not end: killing it" >&2
    for pid in $(own_processes "$name"); do
        signal KILL "$pid"
    done
    wait_for 50 gone "$name"
}

had=$(own_processes | wc -l)

# nginx lets calls end, but not for ever; the workers hang up politely; Postgres comes last.
end nginx "$(own_pid "$run/nginx.pid" || true)" QUIT 20 TERM 30
end frontdesk "$(own_pid "$run/supervisor.pid" || true)" TERM 100
end postgres "$(own_pid "$home/postgres/postmaster.pid" || true)" INT 150 QUIT 50

for pid in $(own_processes); do
    signal KILL "$pid"
done
wait_for 50 gone '' || { echo "stop: still there: $(own_processes | tr '\n' ' ')" >&2; exit 1; }

shm=$(sed -n 's/^ *segment_name *= *"*\/\([^"]*\)"*/\1/p' "$home/frontdesk.conf" 2>/dev/null || true)
rm -f "/dev/shm/${shm:-$segment}" "$run"/*.pid "$home/demo.json" "$sessions"
if [ -e "$run/sockets" ]; then
    rm -rf "$(cat "$run/sockets")"
    rm -f "$run/sockets"
fi

if [ "$had" -eq 0 ]; then
    echo 'FrontDesk is not running'
else
    echo "FrontDesk is down: no process, socket or shared memory of it is left; its data stay in $home"
fi
