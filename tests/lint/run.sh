#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# What `make lint` does: each check prints what it found; all are run, and any fault fails.

set -u

cd "$(dirname -- "$0")/../.." || exit 1
faults=0

# Columns are characters wherever this runs.
export LC_ALL=C.UTF-8

# The files are those git knows, whoever owns the clone.
export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0="$PWD"
if ! git ls-files --error-unmatch Makefile >/dev/null; then
    echo 'lint: works only in a clone'
    exit 1
fi

check() {
    name=$1
    shift
    if output=$("$@" 2>&1); then
        echo "lint: $name: fine"
    else
        echo "$output"
        echo "lint: $name: FAULTS"
        faults=$((faults + 1))
    fi
}

c_files() {
    git ls-files 'shm/*.[ch]' 'workers/*.[ch]' 'ngx_frontdesk/*.[ch]' 'tests/*.[ch]'
}

# Authors break and align lines; the formatter says whether the rest is right.
formatting() {
    status=0
    for file in $(c_files); do
        case $file in
            ngx_frontdesk/*) how=-wB ;;
            *) how=-bB ;;
        esac
        if ! clang-format-14 "$file" | diff $how -U1 --label "$file" --label formatted "$file" -; then
            status=1
        fi
    done
    return $status
}

columns() {
    ! c_files | xargs grep -nP '^.{81,}$|\t|[ \t]+$' &&
        ! git ls-files 'sql/*.sql' 'tests/*.js' 'html/src/*.js' |
        xargs grep -nP '^.{101,}$|\t|[ \t]+$'
}

own_words() {
    ! git grep -nE '(^|[^[:alnum:]_.])/(work|farm)/' -- . ':!tests/lint' &&
        ! git grep -nE '"resolved": *"https?://' -- '*lock*.json'
}

shell_scripts() {
    git ls-files '*.sh' | xargs shellcheck -x
}

# Lists of sys/queue.h look like loops over nothing to it: gcc sees to what is not initialized.
static_analysis() {
    cppcheck --quiet --std=c11 --error-exitcode=1 --inline-suppr --enable=warning,portability \
        --suppress=unknownMacro --suppress=missingIncludeSystem --suppress=uninitvar \
        --suppress=ctuuninitvar -I. -Iworkers -Ishm shm workers
}

dashboard() {
    cd html && npm run --silent lint
}

check 'include direction' tests/lint/layers.sh
check 'columns and blanks' columns
check 'formatting' formatting
check 'no foreign paths' own_words
check 'shellcheck' shell_scripts
check 'cppcheck' static_analysis
check 'eslint' dashboard

[ $faults -eq 0 ]
