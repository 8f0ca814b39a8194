#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# What `make bench` does once everything is built: each benchmark, one line of JSON a figure, and
# nothing else on standard output.  --full measures longer and looks further.

set -eu

cd "$(dirname -- "$0")/../.."
build=${FRONTDESK_BUILD:-build}
make -s "$build/bench/ring" "$build/bench/recognition" "$build/bench/intents" >/dev/null

"$build/bench/ring"
node tests/bench/echo.js "$@"

# Last, for it takes two minutes: 165 sentences, three voices, every third line with hiss.
hypotheses=$(mktemp)
trap 'rm -f "$hypotheses"' EXIT
"$build/bench/recognition" -o "$hypotheses" tests/bench/recognition.tsv "$build/speech"
"$build/bench/intents" tests/bench/recognition.tsv "$hypotheses"
