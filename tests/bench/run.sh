#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# What `make bench` does once everything is built: each benchmark, one line of JSON a figure, and
# nothing else on standard output.  --full measures longer and looks further.
#
# BENCH names single ones: ring echo free processes voice api memory speech.  All of them take
# about 18 minutes.  BENCH_* variables are described in the files of tests/bench/; those that
# several of them read (BENCH_CALLS, BENCH_SECONDS) are meant for one benchmark at a time.
#
# One that fails does not keep the others from running, but the exit status tells.

set -u

cd "$(dirname -- "$0")/../.." || exit 1
build=${FRONTDESK_BUILD:-build}
all='ring echo free processes voice api memory speech'
wanted=" ${BENCH:-$all} "
status=0

for name in $wanted; do
    case " $all " in
        *" $name "*) ;;
        *) echo "bench: there is no $name, only: $all" >&2; exit 2 ;;
    esac
done

# No benchmark may hang: after so many seconds it is over, and its figures are missing.
bench() {
    name=$1 seconds=$2
    shift 2
    case $wanted in
        *" $name "*) ;;
        *) return ;;
    esac
    echo "bench: $name" >&2
    timeout --foreground -k 30 "$seconds" "$@" || { echo "bench: $name: FAILED" >&2; status=1; }
}

# What callers say, in three voices, every third line with hiss; then the same for sentences that
# nobody knew who taught the recognizer and the dialogue.
speech() {
    hypotheses=$(mktemp)
    trap 'rm -f "$hypotheses"' EXIT
    for sentences in recognition held-out; do
        bench speech 300 "$build/bench/recognition" -o "$hypotheses" \
            "tests/bench/$sentences.tsv" "$build/speech"
        bench speech 60 "$build/bench/intents" "tests/bench/$sentences.tsv" "$hypotheses"
    done
}

make -s "$build/bench/ring" "$build/bench/recognition" "$build/bench/intents" >/dev/null || exit 1

bench ring 60 "$build/bench/ring"
bench echo 540 node tests/bench/echo.js "$@"
bench free 120 node tests/bench/echo.js --free
bench processes 120 node tests/bench/echo.js --processes
bench voice 120 node tests/bench/voice.js
bench api 240 node tests/bench/api.js
bench memory 480 node tests/bench/memory.js
case $wanted in *' speech '*) speech ;; esac

exit $status
