#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# All tests of the database.  Usage: run.sh [url]
#
# The URL ($1 or $DATABASE_URL) is a superuser's, of an empty database of a server without other
# work: migrates it, loads the demo data twice, and runs what is in this folder.

set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
sql=$here/../../sql
url=${1:-${DATABASE_URL:-}}
if [ -z "$url" ]; then
    echo "usage: run.sh postgresql://... (or DATABASE_URL)" >&2
    exit 2
fi

sh "$sql/migrate.sh" "$url" >/dev/null
hash=$(printf %s frontdesk-demo | argon2 frontdesk-demo-salt -id -t 2 -m 14 -p 1 -e)
for _ in 1 2; do
    psql --no-psqlrc --quiet --dbname="$url" --set=demo_password_hash="$hash" \
        --file="$sql/demo.sql"
done
psql --no-psqlrc --quiet --dbname="$url" \
    --command='set client_min_messages = warning; create extension if not exists pgtap'

# pg_prove takes no URL with parameters: it gets the same place by environment.
at() {
    psql --no-psqlrc --quiet --tuples-only --no-align --dbname="$url" --command="\\echo :$1"
}
userinfo=${url#*://}
userinfo=${userinfo%%[/?]*}
case $userinfo in
    *:*@*) userinfo=${userinfo%@*} password=${userinfo#*:} ;;
    *) password=${PGPASSWORD:-} ;;
esac

status=0
PGHOST=$(at HOST) PGPORT=$(at PORT) PGUSER=$(at USER) PGDATABASE=$(at DBNAME) \
    PGPASSWORD=$password pg_prove "$here"/*.sql || status=1
sh "$here/concurrency.sh" "$url" || status=1
exit $status
