#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Takes a running stack (FRONTDESK_HOME) out of service: new calls are turned away, live ones end
# by themselves.  Says how many are left until there is none.
#
#   drain.sh           waits FRONTDESK_DRAIN_SECONDS for them (for ever); 0 only begins
#   drain.sh abort     takes calls again
#
# Exits 1 when calls are left, or when somebody else aborted it.

set -eu

# shellcheck source-path=SCRIPTDIR source=stack.sh
. "$(dirname -- "$0")/stack.sh"

[ -d "${FRONTDESK_HOME:-$root/var}" ] || { echo 'drain: FrontDesk is not running' >&2; exit 1; }
find_home
[ -e "$home/demo.json" ] || { echo 'drain: FrontDesk is not running' >&2; exit 1; }
base=$(sed -n 's/.*"base_url": "\([^"]*\)".*/\1/p' "$home/demo.json")
workers=$build/frontdesk-workers
[ -x "$workers" ] || workers=$root/build/frontdesk-workers

# The segment belongs to the user that nginx and the workers run as.
set_draining() {
    set -- "$workers" -c "$home/frontdesk.conf" -d "$1"
    user=$(stat -c %U "$home/frontdesk.conf")
    if [ "$(id -u)" -eq 0 ] && [ "$user" != root ]; then
        setpriv --reuid="$user" --regid="$user" --init-groups -- "$@"
    else
        "$@"
    fi
}

# Member $1 of /health; it answers 503 while a part is away.
health() {
    curl -s -m 5 "$base/health" | sed -n "s/.*\"$1\":\([a-z0-9]*\).*/\1/p"
}

if [ "${1:-}" = abort ]; then
    set_draining off
    echo 'Taking calls again'
    exit 0
fi

set_draining on
left=${FRONTDESK_DRAIN_SECONDS:--1}
before=

while :; do
    calls=$(health active_calls)
    if [ "$calls" != "$before" ]; then
        echo "Draining: ${calls:-unknown} calls are left"
        before=$calls
    fi
    [ "$calls" != 0 ] || break
    if [ "$(health draining)" = false ]; then
        echo 'drain: was aborted' >&2
        exit 1
    fi
    if [ "$left" -eq 0 ]; then
        [ "${FRONTDESK_DRAIN_SECONDS}" -eq 0 ] && exit 0
        exit 1
    fi
    left=$((left - 1))
    sleep 1
done
