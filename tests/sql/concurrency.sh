#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# What holds when many come at once, with as many real sessions.  Usage: concurrency.sh [url]
#
# The URL ($1 or $DATABASE_URL) is a superuser's, of a database that sql/migrate.sh has prepared;
# rows are left behind in it.  Prints a line a check and "N passed, N failed".

set -u

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
sql=$here/../../sql
url=${1:-${DATABASE_URL:-}}
if [ -z "$url" ]; then
    echo "usage: concurrency.sh postgresql://... (or DATABASE_URL)" >&2
    exit 2
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0

# Runs SQL in one session and prints bare values.
query() {
    psql --no-psqlrc --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 --dbname="$url" \
        --command="$1"
}

# $1 what, $2 had, $3 wanted.
check() {
    if [ "$2" = "$3" ]; then
        passed=$((passed + 1))
        echo "ok - $1"
    else
        failed=$((failed + 1))
        echo "not ok - $1: had '$2', wanted '$3'"
    fi
}

# The URL of another database of the same server.
url_of() {
    case $url in
        *\?*) head=${url%%\?*} tail="?${url#*\?}" ;;
        *) head=$url tail='' ;;
    esac
    echo "${head%/*}/$1$tail"
}

# Runs the lines of $work/jobs at once as role $1, each in a session of its own; what they answer
# is in $work/out.  All connect first and then start in the same moment.
at_once() {
    start=$(query "select clock_timestamp() + interval '1 s'
                        + interval '30 ms' * $(wc -l <"$work/jobs")")
    rm -f "$work"/out.*
    pids=
    count=0
    while read -r job; do
        count=$((count + 1))
        PGOPTIONS="-c role=$1" psql --no-psqlrc --quiet --tuples-only --no-align \
            --dbname="$url" --output=/dev/null --command="select pg_sleep_until('$start')" \
            --command='\o' --command="$job" >"$work/out.$count" 2>&1 </dev/null &
        pids="$pids $!"
    done <"$work/jobs"
    for pid in $pids; do
        wait "$pid"
    done
    cat "$work"/out.* >"$work/out"
}

# Lines of the answers that match $1.
answers() {
    grep -c -- "$1" "$work/out"
}

unsettled="select count(*) from frontdesk.clients c
            where c.balance_seconds <> (select coalesce(sum(l.seconds), 0)
                                          from frontdesk.ledger l where l.client_id = c.id)
               or c.balance_seconds < 0"

# A client of this run with its number, open every day, and one call for each of 50 callers.
stamp=$(query "select to_char(clock_timestamp(), 'SSSSMS')")
number=+1777$(printf '%08d' "$stamp")
account=$(query "select coalesce((select value from frontdesk.settings
                                   where key = 'twilio_account_sid'),
                                 'AC00000000000000000000000000000001')")
owner=$(query "insert into frontdesk.users (email, role)
               values ('crowd-$stamp-$$@test.example', 'owner') returning id")
client=$(query "insert into frontdesk.clients (owner_user_id, name, timezone)
                values ('$owner', 'Crowd $stamp', 'America/New_York') returning id")
query "insert into frontdesk.agents (client_id, is_default) values ('$client', true);
       insert into frontdesk.phone_numbers (client_id, phone_number)
       values ('$client', '$number');
       insert into frontdesk.business_hours (client_id, weekday, opens, closes)
       select '$client', d, '09:00', '17:00' from generate_series(1, 7) d;
       insert into frontdesk.ledger (client_id, kind, seconds) values ('$client', 'grant', 60)"

# A CallSid of this run, by number.
sid() {
    printf 'CA%024x%08x' "$stamp" "$1"
}

voice() { # $1 number of the call, $2 caller
    echo "select outcome, call_id, token_nonce from api.voice_start('$(sid "$1")', '$account', '$2', '$number', 'node', 60, 'r')"
}

i=0
while [ $i -lt 50 ]; do
    i=$((i + 1))
    echo "$(voice $i "+1888$(printf '%07d' $i)");"
done >"$work/setup"
PGOPTIONS='-c role=frontdesk_api' psql --no-psqlrc --quiet --dbname="$url" --output=/dev/null \
    --set=ON_ERROR_STOP=1 --file="$work/setup" || exit 1
calls=$(query "select call_id from frontdesk.call_keys where client_id = '$client'")
for call in $calls; do
    echo "select worker.call_claim('$call', 'node');"
done >"$work/setup"
PGOPTIONS='-c role=frontdesk_worker' psql --no-psqlrc --quiet --dbname="$url" --output=/dev/null \
    --set=ON_ERROR_STOP=1 --file="$work/setup" || exit 1

# 50 callers, one slot.
day=$(query "select timezone('America/New_York', now())::date + 2")
for call in $calls; do
    echo "select worker.tool('$call', 1, 'book_appointment', '{\"start\": \"${day}T10:00\", \"name\": \"Caller\"}')"
done >"$work/jobs"
at_once frontdesk_worker
check 'of 50 callers for one slot one books it' "$(answers '"ok" : true')" 1
check 'and 49 hear that it is taken' "$(answers '"error" : "taken"')" 49
check 'there is one appointment' \
    "$(query "select count(*) from frontdesk.appointments where client_id = '$client'")" 1

# The one who has it asks again, eight times at once.
holder=$(query "select call_id from frontdesk.appointments where client_id = '$client'")
for i in 1 2 3 4 5 6 7 8; do
    echo "select worker.tool('$holder', 1, 'book_appointment', '{\"start\": \"${day}T12:00\", \"name\": \"Caller\"}')"
done >"$work/jobs"
at_once frontdesk_worker
check 'one call booking eight times at once gets one answer' "$(sort -u "$work/out" | wc -l)" 1
check 'which is a booking' "$(answers '"ok" : true')" 8

# All of them move to one slot at once: each has an appointment of its own first.
minute=0
for call in $calls; do
    minute=$((minute + 1))
    echo "insert into frontdesk.appointments (client_id, call_id, resource, starts_at, ends_at)
          select client_id, call_id, 'moving', at, at + interval '5 min'
            from (select '$client'::uuid as client_id, '$call'::uuid as call_id,
                         timezone('America/New_York', date '$day' + 3 + time '09:00')
                         + interval '5 min' * $minute as at) n;"
done >"$work/setup"
psql --no-psqlrc --quiet --dbname="$url" --set=ON_ERROR_STOP=1 --file="$work/setup" || exit 1
query "update frontdesk.appointments set resource = 'main', customer_phone = null
        where client_id = '$client' and resource = 'moving'"
for call in $calls; do
    id=$(query "select id from frontdesk.appointments
                 where call_id = '$call' order by starts_at desc limit 1")
    echo "select worker.tool('$call', 1, 'reschedule_appointment', '{\"appointment_id\": \"$id\", \"start\": \"${day}T15:00\"}')"
done >"$work/jobs"
at_once frontdesk_worker
check 'of 50 who move to one slot one gets it' "$(answers '"ok" : true')" 1
check 'and 49 stay where they were' "$(answers '"error" : "taken"')" 49

# 50 reservations on 60 seconds.
for call in $calls; do
    echo "select worker.call_reserve('$call', 1, 7)"
done >"$work/jobs"
at_once frontdesk_worker
check '50 reservations on 60 seconds are granted 60' \
    "$(awk '{ s += $1 } END { print s }' "$work/out")" 60
check 'eight of seven seconds' "$(answers '^7$')" 8
check 'one of the four that are left' "$(answers '^4$')" 1
check 'the rest of none' "$(answers '^0$')" 41
check 'each row of the ledger knows the balance after it' \
    "$(query "select count(*) from (
                select balance_after, sum(seconds) over (order by id) as s
                  from frontdesk.ledger where client_id = '$client') l
               where balance_after <> s")" 0
check 'the balance is empty' \
    "$(query "select balance_seconds from frontdesk.clients where id = '$client'")" 0
check 'every balance is the sum of its ledger' "$(query "$unsettled")" 0

# 50 calls end while a purchase is delivered eight times.
{
    for call in $calls; do
        echo "select worker.call_end('$call', 1, 'completed', 'test', 3, null)"
    done
} >"$work/jobs"
at_once frontdesk_worker
check 'all calls end' "$(answers settled_seconds)" 50
check 'and cost what their ledger says' \
    "$(query "select count(*) from frontdesk.calls c where c.client_id = '$client'
                 and c.settled_seconds is distinct from
                     (select -coalesce(sum(l.seconds), 0) from frontdesk.ledger l
                       where l.client_id = c.client_id and l.call_id = c.id)")" 0
check 'all of 60 seconds at most' \
    "$(query "select sum(c.settled_seconds) + (select balance_seconds from frontdesk.clients
               where id = '$client') from frontdesk.calls c where c.client_id = '$client'")" 60
check 'every balance is still the sum of its ledger' "$(query "$unsettled")" 0

for i in 1 2 3 4 5 6 7 8; do
    echo "insert into frontdesk.ledger (client_id, kind, seconds, reference) values ('$client', 'purchase', 600, 'payment')"
done >"$work/jobs"
before=$(query "select balance_seconds from frontdesk.clients where id = '$client'")
at_once none
check 'one payment told eight times at once counts once' \
    "$(query "select balance_seconds - $before from frontdesk.clients where id = '$client'")" 600

# The same webhook, eight times at once, from a caller never heard of.
for i in 1 2 3 4 5 6 7 8; do
    voice 100 +18889999999
done >"$work/jobs"
at_once frontdesk_api
check 'one webhook eight times at once gets one answer' "$(sort -u "$work/out" | wc -l)" 1
check 'which is a stream' "$(answers '^stream|')" 8
check 'there is one call' \
    "$(query "select count(*) from frontdesk.calls where call_sid = '$(sid 100)'")" 1
nonce=$(head -n 1 "$work/out" | cut -d '|' -f 3)
call=$(head -n 1 "$work/out" | cut -d '|' -f 2)

# Its stream, eight times at once.
for i in 1 2 3 4 5 6 7 8; do
    echo "select 'opened' from api.stream_open('$call', '$nonce', '$(sid 100)', '$account', 'MZ$i', 'node')"
done >"$work/jobs"
at_once frontdesk_api
check 'a nonce shown eight times at once opens one stream' "$(answers '^opened$')" 1
check 'and is refused seven times' "$(answers '^ERROR:  The stream is not expected')" 7

# Eight workers claim it.
for i in 1 2 3 4 5 6 7 8; do
    echo "select worker.call_claim('$call', 'node-$i') ->> 'epoch'"
done >"$work/jobs"
at_once frontdesk_worker
check 'eight claims at once are eight epochs' "$(sort -u "$work/out" | tr '\n' ' ')" \
    '1 2 3 4 5 6 7 8 '

# Each of them ends it: only the last has it.
for i in 1 2 3 4 5 6 7 8; do
    echo "select worker.call_end('$call', $i, 'completed', 'test', 5, null)"
    echo "select worker.call_reserve('$call', $i, 30)"
done >"$work/jobs"
at_once frontdesk_worker
check 'workers that lost a call end nothing' "$(answers '^ERROR:  Another worker has this call')" 14
check 'the call costs what it lasted' \
    "$(query "select settled_seconds from frontdesk.calls where call_sid = '$(sid 100)'")" 5
check 'and the ledger agrees' \
    "$(query "select -sum(seconds) from frontdesk.ledger where call_id = '$call'")" 5

# Eight calls of one new caller.
i=200
while [ $i -lt 208 ]; do
    voice $i +18887777777
    i=$((i + 1))
done >"$work/jobs"
at_once frontdesk_api
check 'eight calls of one new caller are eight calls' "$(sort -u "$work/out" | wc -l)" 8
check 'of one contact' \
    "$(query "select count(*) from frontdesk.contacts where client_id = '$client'
                                                        and phone_number = '+18887777777'")" 1

# One refresh token, eight times at once: each gets a token, and they are one family.
query "set role frontdesk_api;
       select api.session_open('$owner', null, 'crowd-$stamp-' || repeat('0', 40), 600)" >/dev/null
for i in 1 2 3 4 5 6 7 8; do
    echo "select email from api.session_rotate('crowd-$stamp-' || repeat('0', 40), 'crowd-$stamp-$i' || repeat('0', 40), 600)"
done >"$work/jobs"
at_once frontdesk_api
check 'a refresh token eight times at once is no reuse' "$(answers '@test.example')" 8

# One mailed link, eight times at once: one takes it.
query "insert into frontdesk.one_time_tokens (user_id, kind, email, token_hash, expires_at)
       select id, 'reset', email, encode(sha256('link-$stamp'), 'hex'), now() + interval '1 min'
         from frontdesk.users where id = '$owner'"
for i in 1 2 3 4 5 6 7 8; do
    echo "select message from api.password_reset('link-$stamp', '\$argon2id\$v=19\$crowd\$$i')"
done >"$work/jobs"
at_once frontdesk_api
check 'a mailed link eight times at once sets one password' "$(answers 'Please log in')" 1
check 'and is refused seven times' "$(answers 'ERROR.*not valid any more')" 7

# Eight logins that fail at once: five are counted, the others are told to wait.
for i in 1 2 3 4 5 6 7 8; do
    echo "select 'counted' from api.login_failed('crowd-$stamp@test.example', '198.51.100.7')"
done >"$work/jobs"
at_once frontdesk_api
check 'of eight failed logins at once five count' "$(answers 'counted')" 5
check 'and three wait' "$(answers 'ERROR.*Too many logins')" 3

# One code of a second factor, eight times at once: it opens one session.
query "insert into frontdesk.totp_secrets (user_id, secret, enabled_at)
       values ('$owner', decode(repeat('01', 53), 'hex'), now())"
for i in 1 2 3 4 5 6 7 8; do
    echo "select 'opened' from api.session_open('$owner', null, 'code-$stamp-$i' || repeat('0', 40), 600, null, null, 77)"
done >"$work/jobs"
at_once frontdesk_api
check 'a code eight times at once opens one session' "$(answers 'opened')" 1
check 'and is refused seven times' "$(answers 'ERROR.*used before')" 7
query "delete from frontdesk.totp_secrets where user_id = '$owner'"

# Two owners who send each other away: one is left.
second=$(query "insert into frontdesk.users (email, role)
                values ('crowd-$stamp-second@test.example', 'owner') returning id")
query "insert into frontdesk.client_members (client_id, user_id, role)
       values ('$client', '$second', 'owner')"
for pair in "$owner $second" "$second $owner"; do
    echo "begin; select from api.act_as('${pair% *}'); select 'went: ' || message from api.member_delete('$client', '${pair#* }'); commit"
done >"$work/jobs"
at_once frontdesk_api
check 'of two owners who remove each other one is left' \
    "$(query "select count(*) from frontdesk.client_members
               where client_id = '$client' and role = 'owner'")" 1
check 'whom the client names' \
    "$(query "select count(*) from frontdesk.clients c join frontdesk.client_members m
                  on m.client_id = c.id and m.user_id = c.owner_user_id and m.role = 'owner'
               where c.id = '$client'")" 1
owner=$(query "select owner_user_id from frontdesk.clients where id = '$client'")

# Sixteen who write into two chains, in both orders.
other=$(query "insert into frontdesk.clients (owner_user_id, name)
               values ('$owner', 'Crowd $stamp, other') returning id")
i=0
while [ $i -lt 16 ]; do
    if [ $((i % 2)) = 0 ]; then first=$client last=$other; else first=$other last=$client; fi
    echo "begin; select from api.act_as('$owner'); select private.audit_add('$first', 'crowd', 'test', '$i'), private.audit_add('$last', 'crowd', 'test', '$i'); commit; select 'done'"
    i=$((i + 1))
done >"$work/jobs"
at_once frontdesk_api
check 'sixteen who write into two chains crosswise all can' "$(answers '^done')" 16
check 'each is told to both' \
    "$(query "select count(*) from frontdesk.audit_log where action = 'crowd'
               and client_id in ('$client', '$other')")" 32
check 'and the chains are whole' "$(query 'select count(*) from private.audit_verify()')" 0
check 'with nothing left behind' "$(query 'select count(*) from frontdesk.audit_pending')" 0

# Five jobs and eight takers; then nobody ends them, their leases run out, and eight take again.
query "insert into frontdesk.jobs (queue) select 'crowd_$stamp' from generate_series(1, 5)"
for i in 1 2 3 4 5 6 7 8; do
    echo "select id from worker.job_take('node-$i', '{crowd_$stamp}', 60)"
done >"$work/jobs"
at_once frontdesk_worker
check 'eight takers at once get five jobs' "$(answers .)" 5
check 'each another' "$(sort -u "$work/out" | grep -c .)" 5
query "update frontdesk.jobs set lease_until = now() where queue = 'crowd_$stamp'"
at_once frontdesk_worker
check 'what was given up is taken again, each by one' "$(sort -u "$work/out" | grep -c .)" 5
check 'under a lease of its own' \
    "$(query "select count(*) from frontdesk.jobs where queue = 'crowd_$stamp' and lease = 2")" 5

# The same thing added by eight, and taken before all have.
for i in 1 2 3 4 5 6 7 8; do
    echo "select private.job_add('once_$stamp', '{}', p_unique => 'k')"
done >"$work/jobs"
at_once frontdesk_api
check 'what eight add at once is one job' "$(sort -u "$work/out" | grep -c .)" 1
check 'and one row' \
    "$(query "select count(*) from frontdesk.jobs where queue = 'once_$stamp'")" 1

# What of a client is kept elsewhere: whoever changes it tells, once and of that client.
told() {
    {
        echo 'listen frontdesk_client;'
        echo "$1;"
    } | psql --no-psqlrc --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 --dbname="$url" |
        sed -n 's/^Asynchronous notification "frontdesk_client" with payload "\([^"]*\)".*/\1/p' |
        tr '\n' ' '
}
add="insert into frontdesk.%s (client_id, %s) values ('$client', %s)"
# shellcheck disable=SC2059 # the statement is the format
for change in \
    "update frontdesk.clients set name = name where id = '$client'" \
    "update frontdesk.agents set initial_greeting = 'Hi.' where client_id = '$client'" \
    "update frontdesk.phone_numbers set status = status where client_id = '$client'" \
    "$(printf "$add" services 'name, minutes' "'told', 30")" \
    "delete from frontdesk.services where client_id = '$client' and name = 'told'" \
    "$(printf "$add" holiday_hours 'day, name' "'2031-01-01', 'told'")" \
    "update frontdesk.business_hours set opens = opens where client_id = '$client'" \
    "$(printf "$add" knowledge_entries 'question, answer' "'Told?', 'Yes.'")" \
    "$(printf "$add" departments 'name' "'told'")" \
    "$(printf "$add" transfer_targets 'name, phone_number' "'told', '+15550309999'")"; do
    check "is told: ${change%% where*}" "$(told "$change")" "$client "
done
check 'a balance is not' "$(told "insert into frontdesk.ledger (client_id, kind, seconds, reference)
    values ('$client', 'adjustment', 60, 'told')")" ''

# Two runners of the migrations at once, on a database that has nothing.
other=frontdesk_twice_$$
twice=$(url_of "$other")
query "create database $other"
sh "$sql/migrate.sh" "$twice" >"$work/first" 2>&1 &
first=$!
sh "$sql/migrate.sh" "$twice" >"$work/second" 2>&1 &
second=$!
wait $first
check 'of two runners at once the first succeeds' $? 0
wait $second
check 'and the second' $? 0
files=$(find "$sql/migrations" "$sql/functions" "$sql/policies" -name '*.sql' | wc -l)
check 'each file was applied once' \
    "$(cat "$work/first" "$work/second" | grep -c '^migrate: applied')" "$files"
check 'and recorded' "$(psql --no-psqlrc -qtA --dbname="$twice" \
    --command='select count(*) from frontdesk.schema_migrations')" "$files"
check 'a further run does nothing' "$(sh "$sql/migrate.sh" "$twice" 2>&1)" ''

# A migration that was applied has changed; a function has.
cp -R "$sql" "$work/sql"
echo '-- changed' >>"$work/sql/functions/api/health.sql"
check 'a changed function is applied again' "$(sh "$work/sql/migrate.sh" "$twice" 2>&1)" \
    'migrate: applied functions/api/health.sql'
echo '-- changed' >>"$work/sql/migrations/0001_users.sql"
sh "$work/sql/migrate.sh" "$twice" >"$work/changed" 2>&1 && echo went on >>"$work/changed"
check 'a changed migration stops the run' "$(grep 'went on' "$work/changed")" ''
check 'and is named' "$(grep -c '0001_users.sql was changed after it had been applied' \
    "$work/changed")" 1
cp "$sql/migrations/0001_users.sql" "$work/sql/migrations/0001_users.sql"
printf 'create table frontdesk.half (id int);\nselect 1 / 0;\n' \
    >"$work/sql/migrations/9999_broken.sql"
sh "$work/sql/migrate.sh" "$twice" >"$work/broken" 2>&1 && echo went on >>"$work/broken"
check 'a broken migration stops the run' "$(grep 'went on' "$work/broken")" ''
check 'and leaves nothing' "$(psql --no-psqlrc -qtA --dbname="$twice" \
    --command="select to_regclass('frontdesk.half') is null
                  and not exists (select from frontdesk.schema_migrations
                                   where name like '%broken%')")" t
query "drop database $other"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
