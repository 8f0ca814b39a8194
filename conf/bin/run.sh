#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Everything at once: installs what is missing, builds, starts, places the demonstration call and
# keeps running until Ctrl-C; then stops all it started.

set -eu

bin=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
root=$(CDPATH='' cd -- "$bin/../.." && pwd)
waiting=

# A script that starts this in its background has it ignore the signal of Ctrl-C, which a shell
# cannot take back.
[ "${1:-}" = started ] || exec env --default-signal=INT "$0" started

finish() {
    status=$?
    trap - EXIT
    trap '' INT TERM HUP
    if [ -n "$waiting" ]; then
        kill "$waiting" 2>/dev/null || true
    fi
    echo
    "$bin/stop.sh" || status=1
    exit $status
}

"$bin/deps.sh" run
"${MAKE:-make}" -C "$root" -s -j"$(nproc)" all

export FRONTDESK_HOME="${FRONTDESK_HOME:-$root/var}"
trap finish EXIT
trap 'exit 0' INT TERM HUP

"$bin/start.sh"
echo
if ! node "$root/tests/phone/demo.js"; then
    echo "run: the demonstration failed; logs are in $FRONTDESK_HOME/log" >&2
    exit 1
fi

echo
echo 'Running.  Ctrl-C stops everything.'
while :; do
    sleep 86400 &
    waiting=$!
    wait $waiting || true
done
