#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Brings a database to the state of this folder.  Usage: migrate.sh [url]
#
# The URL is $1 or $DATABASE_URL; its user creates roles and schemas, so it is a superuser or owns
# the database, has CREATEROLE and is a member of the frontdesk roles.
# FRONTDESK_API_PASSWORD and FRONTDESK_WORKER_PASSWORD, when set, become the passwords of the two
# login roles; they travel by environment only.
#
# One psql session does everything and holds an advisory lock meanwhile, so runners started at the
# same time wait for each other.  A migration runs once; one that was changed after it ran stops
# the run.  Functions and policies are applied again when their content has changed.

set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
url=${1:-${DATABASE_URL:-}}

if [ -z "$url" ]; then
    echo "usage: migrate.sh postgresql://... (or DATABASE_URL)" >&2
    exit 2
fi

# The steps for one file.  $1 kind, $2 path below this folder, $3 sha256.  No process is started
# here: a run with nothing to do is mostly this.
step() {
    printf '%s\n' "\\set name '$2'" "\\set sha256 '$3'" \
        "select s.sha = '' as is_new, s.sha <> :'sha256' as differs
           from (select coalesce((select m.sha256 from frontdesk.schema_migrations m
                                   where m.kind = '$1' and m.name = :'name'), '')) s (sha) \\gset"
    if [ "$1" = migration ]; then
        printf '%s\n' '\if :is_new' '\else' '\if :differs' \
            '\warn migrate: :name was changed after it had been applied; write a new one instead' \
            "do \$do\$ begin raise 'a migration that was applied has changed'; end \$do\$;" \
            '\endif' '\endif' '\if :is_new'
    else
        printf '%s\n' '\if :differs'
    fi
    printf '%s\n' 'begin;' 'set local role frontdesk_owner;' \
        '\o /dev/null' "\\i '$here/$2'" '\o' 'set local role frontdesk_owner;' \
        "insert into frontdesk.schema_migrations (kind, name, sha256)
         values ('$1', :'name', :'sha256')
         on conflict (kind, name) do update set sha256 = excluded.sha256, applied_at = now();" \
        'commit;' "\\echo 'migrate: applied' :name" '\endif'
}

# Files of one folder in the order of their names, as "sha256  path" lines.
files() {
    (cd "$here" && find "$1" -type f -name '*.sql' | LC_ALL=C sort | xargs sha256sum)
}

script() {
    cat <<'EOF'
\set ON_ERROR_STOP on
\set QUIET on
\pset pager off
set client_min_messages = warning;
select pg_advisory_lock(hashtextextended('frontdesk.migrate', 0)) \g /dev/null
EOF
    echo "\\i '$here/bootstrap.sql'"
    cat <<'EOF'
\getenv api_password FRONTDESK_API_PASSWORD
\if :{?api_password}
alter role frontdesk_api password :'api_password';
\endif
\getenv worker_password FRONTDESK_WORKER_PASSWORD
\if :{?worker_password}
alter role frontdesk_worker password :'worker_password';
\endif
EOF
    files migrations | while read -r sum path; do step migration "$path" "$sum"; done
    for dir in functions/private policies functions/api functions/worker; do
        files "$dir" | while read -r sum path; do step repeatable "$path" "$sum"; done
    done
    echo 'select private.policies_common(), private.partitions_ensure(3) \g /dev/null'
}

# The script comes by stdin: no temporary file, nothing secret in it.
script | psql --no-psqlrc --quiet --dbname="$url" --file=-
