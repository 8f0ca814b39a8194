#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Places a call with recorded speech: AUDIO=f.wav [TO=+1...] [FROM=+1...] [NOW=1] call.sh
# The stack is the one of FRONTDESK_HOME (var/).

set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)

set -- "${AUDIO:?AUDIO=speech.wav is what the caller says}"
[ -z "${TO:-}" ] || set -- "$@" --to "$TO"
[ -z "${FROM:-}" ] || set -- "$@" --from "$FROM"
[ -z "${NOW:-}" ] || set -- "$@" --now

FRONTDESK_HOME=${FRONTDESK_HOME:-$root/var} exec node "$root/tests/phone/call.js" "$@"
