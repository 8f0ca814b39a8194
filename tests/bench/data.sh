#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# How quick the database is with much in it: BENCH_CALLS calls (1000000) with ten turns each, in a
# cluster of its own below FRONTDESK_HOME that is gone afterwards.  Prints a line of JSON for each
# statement of the API: p50 and p99 of BENCH_SECONDS (5) seconds of one connection, and how many
# rows of partitions were read by reading them from end to end, which none may be.  Fails when one is, or when a
# p99 is not below BENCH_P99_MS (50).
#
# Usage: data.sh              all of it, about 12 minutes for a million calls
#        data.sh measure      of the database at DATABASE_URL, filled before

set -eu

cd "$(dirname -- "$0")/../.."
calls=${BENCH_CALLS:-1000000}
seconds=${BENCH_SECONDS:-5}
limit=${BENCH_P99_MS:-50}
pgbench=/usr/lib/postgresql/15/bin/pgbench

case ${1:-} in
    measure | fill) ;;
    *)
        home=${FRONTDESK_HOME:-$PWD/var}
        mkdir -p "$home"
        TMPDIR=$home FRONTDESK_CLUSTER_OPTIONS='-c shared_buffers=1GB -c max_wal_size=16GB
            -c wal_level=minimal -c max_wal_senders=0' tests/sql/cluster.sh "$0" fill
        exit
        ;;
esac

sql() {
    psql --no-psqlrc --quiet --tuples-only --no-align --dbname="$DATABASE_URL" "$@"
}

if [ "$1" = fill ]; then
    echo "bench: filling in $calls calls" >&2
    sh sql/migrate.sh "$DATABASE_URL" >/dev/null
    begun=$(date +%s)
    sql --set=calls="$calls" --file=tests/bench/data.sql
    printf '{"bench":"data","case":"fill","calls":%s,"turns":%s,"seconds":%s,"bytes":%s}\n' \
        "$calls" "$((calls * 10))" "$(($(date +%s) - begun))" \
        "$(sql --command='select pg_database_size(current_database())')"
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0

# As the nginx module asks: its role, generic plans, a user, one statement, one transaction.
export PGOPTIONS='-c plan_cache_mode=force_generic_plan -c role=frontdesk_api -c jit=off'
user="('00000001-0000-4000-8000-' || lpad(to_hex(:user::int), 12, '0'))::uuid"
client="('00000002-0000-4000-8000-' || lpad(to_hex(:client::int), 12, '0'))::uuid"

# Rows read in scans of whole partitions, by anybody, so far.
scans() {
    PGOPTIONS='' sql --command="select pg_stat_force_next_flush();" \
        --command="select coalesce(sum(seq_tup_read), 0) from pg_stat_user_tables
                    where relname ~ '^(calls|turns|call_events)_[0-9d]'"
}

# $1 what it is, $2 user (0: the admin, else one of the owners), $3 client, $4 statement.
measure() {
    {
        printf '\\set client %s\n\\set user %s\n\\set n random(1, %s)\n' "$3" "$2" "$calls"
        printf 'begin;\nselect api.act_as(%s);\n%s;\ncommit;\n' "$user" "$4"
    } >"$work/script"
    before=$(scans | tail -1)
    rm -f "$work"/log*
    $pgbench --no-vacuum --protocol=prepared --client=1 --time="$seconds" --log \
        --log-prefix="$work/log" --file="$work/script" "$DATABASE_URL" >"$work/out" 2>&1 ||
        { cat "$work/out" >&2; exit 1; }
    sleep 1
    after=$(scans | tail -1)
    # The first ones make plans and fill caches.
    cat "$work"/log* | awk '{ print $3 }' | tail -n +4 | sort -n | awk -v what="$1" \
        -v scans="$((after - before))" -v most="$limit" '
        { us[NR] = $1 }
        END {
            if (NR == 0) { print "bench: " what ": too slow to tell" >"/dev/stderr"; exit 1 }
            p50 = us[int((NR - 1) * 0.5) + 1] / 1000
            p99 = us[int((NR - 1) * 0.99) + 1] / 1000
            printf "{\"bench\":\"data\",\"case\":\"%s\",\"n\":%d,\"p50_ms\":%.2f,\"p99_ms\":%.2f," \
                   "\"rows_scanned\":%d}\n", what, NR, p50, p99, scans
            exit !(p99 < most && scans == 0)
        }' || { status=1; echo "bench: data: $1: too slow, or reads all" >&2; }
}

# Owner 1 has the first client, which has a tenth of all calls; :n is a number at random.
any='random(1, 199)'
its=':client % 50 + 1'
id="(select call_id from frontdesk.call_keys where client_id = $client limit 1)"
measure list "$its" "$any" "select * from api.conversation_list($client)"
measure list_large 1 0 "select * from api.conversation_list($client)"
measure list_page 1 0 "select * from api.conversation_list($client, p_limit => 100,
    p_cursor_key => (now() - random() * interval '300 days')::text, p_cursor_id => gen_random_uuid())"
measure list_busy 1 0 "select * from api.conversation_list($client, p_status => 'busy')"
measure list_span 1 0 "select * from api.call_log_list($client, p_status => 'completed',
    p_from => now() - interval '200 days', p_to => now() - interval '190 days')"
measure list_phone 1 0 "select * from api.call_log_list($client,
    p_phone => '+1555' || lpad((200 * (:n::int % ($calls / 2000)))::text, 7, '0'))"
measure list_of_mine 1 0 'select * from api.call_log_list()'
measure list_of_all 0 0 'select * from api.call_log_list()'
measure search_rare "$its" "$any" "select * from api.conversation_list($client, 'number' || :n::text)"
measure search_some 1 0 "select * from api.conversation_list($client, 'word' || (:n::int % 5000))"
measure search_common 1 0 "select * from api.conversation_list($client, 'appointment please')"
measure search_of_all 0 0 "select * from api.call_log_list(p_q => 'word' || (:n::int % 5000))"
measure get "$its" "$any" "select * from api.conversation_get($id)"
measure get_all "$its" "$any" "select * from api.call_log_get($id)"
measure transcript "$its" "$any" "select * from api.transcript_get($id, 'vtt')"
measure contacts 1 0 "select * from api.contact_list($client)"
measure contacts_by_name 1 0 "select * from api.contact_list($client, p_sort => 'name')"
measure contacts_search 1 0 "select * from api.contact_list($client, 'Contact ' || :n::text)"
measure leads 1 0 "select * from api.lead_list($client)"
measure analytics 1 0 "select * from api.analytics($client, p_by => 'day')"
measure analytics_year 1 0 "select * from api.analytics($client, current_date - 366, current_date)"
measure analytics_of_all 0 0 'select * from api.analytics()'
measure usage 1 0 "select * from api.usage_list($client, 'month')"

exit $status
