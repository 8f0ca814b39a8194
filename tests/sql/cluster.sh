#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Runs a command with DATABASE_URL naming an empty database in a Postgres cluster of its own, on a
# Unix socket; both are gone afterwards.  Usage: cluster.sh command [argument...]
# FRONTDESK_CLUSTER_OPTIONS are further options of the server.

set -eu

bin=/usr/lib/postgresql/15/bin
place=$(mktemp -d)
user=$(id -un)
server=

finish() {
    status=$?
    trap - EXIT
    if [ -n "$server" ]; then
        kill -TERM "$server" 2>/dev/null || true
        wait "$server" || true
    fi
    rm -rf "$place"
    exit $status
}
trap finish EXIT
trap 'exit 130' INT TERM

# Instead of this shell, so that its pid is the program's.
become_owner() {
    if [ "$user" = root ]; then
        exec setpriv --reuid=postgres --regid=postgres --init-groups -- "$@"
    else
        exec "$@"
    fi
}

if [ "$user" = root ]; then
    chown postgres: "$place"
fi
chmod 755 "$place"

cd "$place"
(become_owner $bin/initdb -D "$place/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 >/dev/null)
# shellcheck disable=SC2086 # options are several words
(become_owner $bin/postgres -D "$place/data" -c listen_addresses= -c unix_socket_directories="$place" \
    -c fsync=off -c autovacuum=off -c max_connections=200 ${FRONTDESK_CLUSTER_OPTIONS:-} >"$place/log" 2>&1) &
server=$!
cd - >/dev/null

tries=0
until $bin/pg_isready -q -h "$place" -U postgres; do
    tries=$((tries + 1))
    [ $tries -lt 100 ] || { cat "$place/log" >&2; exit 1; }
    sleep 0.1
done

psql -X -q -h "$place" -U postgres -d postgres -c 'create database frontdesk'
DATABASE_URL="postgresql://postgres@/frontdesk?host=$place"
export DATABASE_URL
"$@"
