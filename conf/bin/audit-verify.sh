#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Says whether the audit log of a running stack (FRONTDESK_HOME), or of the database in
# DATABASE_URL, a superuser's, is as it was written.  Fails when it is not.
#
# What it prints has the ends of all chains as one hash: kept elsewhere, it tells one whole log from
# another that somebody wrote instead.

set -eu

if [ -n "${DATABASE_URL:-}" ]; then
    url=$DATABASE_URL
else
    # shellcheck source-path=SCRIPTDIR source=stack.sh
    . "$(dirname -- "$0")/stack.sh"
    [ -d "${FRONTDESK_HOME:-$root/var}" ] || { echo 'FrontDesk is not running' >&2; exit 1; }
    find_home
    read -r sockets 2>/dev/null <"$run/sockets" || { echo 'FrontDesk is not running' >&2; exit 1; }
    # shellcheck disable=SC2154
    url="dbname=frontdesk user=postgres host='$sockets'"
fi

query() {
    psql -X -q -At -v ON_ERROR_STOP=1 -d "$url" -c "$1"
}

# One snapshot for all of it: rows are added meanwhile.
found=$(query "begin isolation level repeatable read read only;
    select format('chain %s, row %s (%s): %s', v.chain, v.position, coalesce(v.id::text, 'none'),
                  v.problem)
      from private.audit_verify() v;
    select format('= %s rows in %s chains; ends %s', coalesce(sum(c.count), 0), count(*),
                  encode(sha256(coalesce(string_agg(c.chain || c.last_hash, '' order by c.chain),
                                         '')::bytea), 'hex'))
      from frontdesk.audit_chains c;
    commit;")
case $found in
    =*) echo "audit-verify: whole:${found#=}" ;;
    *) echo "audit-verify: BROKEN: $(printf '%s\n' "$found" | head -n 1)" >&2; exit 1 ;;
esac
