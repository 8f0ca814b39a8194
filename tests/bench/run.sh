#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# What `make bench` does once everything is built: each benchmark, one line of JSON a figure, and
# nothing else on standard output.  --full measures longer and looks further.

set -eu

cd "$(dirname -- "$0")/../.."
node tests/bench/echo.js "$@"
