#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Includes point downward:
#
#   ngx_frontdesk -> shm <- workers
#   call -> dialogue -> tool, provider, service -> store -> net -> base;  dsp knows only samples.
#   job -> service, mail -> store -> net -> base;  mail knows only bytes.
#
# Prints every include that points up and fails when there is one.

set -eu

cd "$(dirname -- "$0")/../.."

# Includes of folder $1 that match the extended expression $2.
forbid() {
    grep -rnE "^#include \"$2" "$1" --include='*.c' --include='*.h' || true
}

found=$(
    forbid shm '(workers|ngx_frontdesk|base|net|dsp|call|dialogue|tool|provider|service|job|store|mail)/'
    forbid shm 'ngx_'
    forbid ngx_frontdesk '(workers|base|net|dsp|call|dialogue|tool|provider|service|job|store|mail)/'
    forbid workers '(ngx_frontdesk|ngx_)'
    forbid workers/base '(net|store|tool|provider|service|dialogue|call|job|dsp)/'
    forbid workers/dsp '(base|net|store|tool|provider|service|dialogue|call|job)/'
    forbid workers/net '(store|tool|provider|service|dialogue|call|job|dsp)/'
    forbid workers/store '(tool|provider|service|dialogue|call|job|dsp)/'
    forbid workers/tool '(provider|service|dialogue|call|job|dsp)/'
    forbid workers/provider '(tool|service|dialogue|call|job)/'
    forbid workers/service '(tool|provider|dialogue|call|job)/'
    forbid workers/dialogue '(call|job)/'
    forbid workers/call 'job/'
    forbid workers/job '(call|dialogue|tool|provider|dsp)/'
    forbid workers/mail '(base|net|store|tool|provider|service|dialogue|call|job|dsp)/'
)

if [ -n "$found" ]; then
    echo 'includes that point up:' >&2
    echo "$found" >&2
    exit 1
fi

echo 'includes point downward'
