#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# What `make test` does once everything is installed: builds, then every suite, fast ones first.
# All suites run even when one fails; the last line counts them. Words on the command line name
# single suites: lint model unit threads provider phone sql e2e sanitized browser.

set -u

cd "$(dirname -- "$0")/.." || exit 1
root=$(pwd)
build=${FRONTDESK_BUILD:-$root/build}
jobs=$(nproc)
wanted=" ${*:-lint model unit threads provider phone sql e2e sanitized browser} "
passed=0
failed=0
failures=

suite() {
    name=$1
    shift
    case $wanted in
        *" $name "*) ;;
        *) return ;;
    esac
    printf '\n==== %s ====\n' "$name"
    begun=$(date +%s)
    if "$@"; then
        passed=$((passed + 1))
        result=passed
    else
        failed=$((failed + 1))
        failures="$failures $name"
        result=FAILED
    fi
    printf '==== %s: %s in %s s ====\n' "$name" "$result" $(($(date +%s) - begun))
}

# One program a file of tests/unit; its own lines say which test failed.
programs() {
    status=0
    for program in "$@"; do
        "$program" || status=1
    done
    return $status
}

# What fuzzing has found, or found worth keeping, in each target.
replays() {
    status=0
    for target in tests/fuzz/*.c; do
        target=$(basename "$target" .c)
        "$build/asan/replay/$target" "tests/fuzz/corpus/$target" || status=1
    done
    return $status
}

# The rings' protocol, and what it would be without one thing or another.
model() {
    FRONTDESK_BUILD=$build tests/model/run.sh
}

unit() {
    make -s -j"$jobs" unit-programs-asan speech >/dev/null &&
        ASAN_OPTIONS=detect_leaks=1 LSAN_OPTIONS=suppressions="$root/tests/unit/lsan.supp" \
            UBSAN_OPTIONS=print_stacktrace=1 programs "$build"/asan/tests/* &&
        UBSAN_OPTIONS=print_stacktrace=1 replays
}

threads() {
    make -s -j"$jobs" unit-programs-tsan speech >/dev/null &&
        TSAN_OPTIONS="suppressions=$root/tests/unit/tsan.supp halt_on_error=0" \
            programs "$build"/tsan/tests/*
}

# Providers against fakes of the services they speak to.
provider() {
    make -s -j"$jobs" provider-programs >/dev/null && node tests/provider/run.js
}

phone() {
    node --test tests/phone/*.test.js tests/eval/*.test.js
}

# A cluster of its own, which is gone afterwards.
sql() {
    FRONTDESK_BUILD=$build tests/sql/cluster.sh tests/sql/run.sh
}

e2e() {
    make -s -j"$jobs" unchecked-stack >/dev/null && node tests/e2e/run.js
}

# The same stack with workers under AddressSanitizer and UBSan.
sanitized() {
    make -s -j"$jobs" sanitized-stack >/dev/null &&
        FRONTDESK_BUILD=$build/asan node tests/e2e/run.js tests/e2e/booking.test.js \
            tests/e2e/google.test.js tests/e2e/interruption.test.js tests/e2e/mail.test.js tests/e2e/media.test.js \
            tests/e2e/websocket.test.js
}

browser() {
    node tests/browser/run.js
}

make -s -j"$jobs" all tests-modules || exit 1

suite lint tests/lint/run.sh
suite model model
suite unit unit
suite threads threads
suite provider provider
suite phone phone
suite sql sql
suite e2e e2e
suite sanitized sanitized
suite browser browser

[ -z "$failures" ] || printf '\nfailed:%s\n' "$failures"
printf '\nsuites: %d passed, %d failed\n' $passed $failed
[ $failed -eq 0 ]
