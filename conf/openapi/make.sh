#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Writes the API's description to $1, from the route table (build/rows) and the functions of an
# empty database of the present sql/.  Usage: make.sh openapi.json

set -eu

cd "$(dirname -- "$0")/../.."
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT

# shellcheck disable=SC2016 # the inner shell is the one that has the URL
tests/sql/cluster.sh sh -c \
    'sql/migrate.sh >/dev/null && psql -XAtq -d "$DATABASE_URL" -f conf/openapi/columns.sql' \
    >"$place/columns.json"
build/rows >"$place/rows.json"
node conf/openapi/openapi.js "$place/rows.json" "$place/columns.json" >"$place/openapi.json"
cat "$place/openapi.json" >"$1"
