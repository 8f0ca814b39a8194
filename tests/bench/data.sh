#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# How quick the database is with much in it: BENCH_CALLS calls (1000000) with ten turns each, in a
# cluster of its own below FRONTDESK_HOME that is gone afterwards.  Prints a line of JSON for each
# statement of the API: p50 and p99 of BENCH_SECONDS (5) seconds of one connection, and how many
# rows were read by reading partitions from end to end, which none may be.  Fails when one is, or
# when a p99 is not below BENCH_P99_MS (50).
#
# BENCH_CASES are those to measure, if not all.
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

# $1 what it is, $2 user (0: the admin, else one of the owners), $3 client, $4 function, $5 how many
# arguments it has, $6 which: those that are absent are parameters too, as the module asks.
measure() {
    case " ${BENCH_CASES:-$1} " in *" $1 "*) ;; *) return 0 ;; esac
    places=$(seq -s, "$5" | sed 's/[0-9][0-9]*/$&/g')
    cat >"$work/script" <<EOF
\set client $3
\set user $2
\set n random(1, $calls)
\if :is_new
prepare act(uuid) as select api.act_as(\$1);
prepare ask as select * from api.$4($places);
\set is_new 0
\endif
begin;
execute act($user);
execute ask($6);
commit;
EOF
    before=$(scans | tail -1)
    rm -f "$work"/log*
    $pgbench --no-vacuum --client=1 --define=is_new=1 --time="$seconds" --log \
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
id="('00000005-0000-4000-8000-' || lpad(to_hex(:n::int), 12, '0'))::uuid"
x3='null, null, null'
x6="$x3, $x3"
x9="$x6, $x3"
day="(now() - (:n % 300 + 20) * interval '1 day')"
phone="('+1555' || lpad((200 * (:n % ($calls / 2000)))::text, 7, '0'))"
measure list "$its" "$any" conversation_list 11 "$client, $x9, null"
measure list_large 1 0 conversation_list 11 "$client, $x9, null"
measure list_page 1 0 conversation_list 11 "$client, $x6, 100, null, $day::text, $client"
measure list_busy 1 0 conversation_list 11 "$client, null, 'busy', $x6, null, null"
measure list_span 1 0 conversation_list 11 \
    "$client, null, 'completed', null, $day, $day + interval '10 days', $x3, null, null"
measure logs_ai 1 0 call_log_list 16 "$client, null, null, 'completed', 'ai', null, $day, $x9"
measure logs_human 1 0 call_log_list 16 "$client, $x3, 'human', $x9, null, null"
measure logs_phone 1 0 call_log_list 16 "$client, $x6, null, $phone, $x6, null"
measure logs_of_mine 1 0 call_log_list 16 "$x9, $x6, null"
measure logs_of_all 0 0 call_log_list 16 "$x9, $x6, null"
measure search_rare "$its" "$any" conversation_list 11 "$client, 'number' || :n, $x9"
measure search_some 1 0 conversation_list 11 "$client, 'word' || (:n % 5000), $x9"
measure search_common 1 0 conversation_list 11 "$client, 'appointment please', $x9"
measure search_often 1 0 conversation_list 11 "$client, 'tomorrow 5', $x9"
measure search_common_of_all 0 0 call_log_list 16 "$x9, 'appointment please', $x6"
measure search_of_all 0 0 call_log_list 16 "$x9, 'word' || (:n % 5000), $x6"
measure get 0 0 conversation_get 1 "$id"
measure get_all 0 0 call_log_get 1 "$id"
measure transcript 0 0 transcript_get 2 "$id, 'vtt'"
measure contacts 1 0 contact_list 8 "$client, $x6, null"
measure contacts_by_name 1 0 contact_list 8 "$client, null, null, 'name', $x3, null"
measure contacts_search 1 0 contact_list 8 "$client, 'Contact ' || :n, $x6"
measure leads 1 0 lead_list 9 "$client, $x6, null, null"
measure analytics 1 0 analytics 4 "$client, null, null, 'day'"
measure analytics_year 1 0 analytics 4 "$client, current_date - 366, current_date, null"
measure analytics_of_all 0 0 analytics 4 "$x3, null"
measure usage 1 0 usage_list 4 "$client, 'month', null, null"

exit $status
