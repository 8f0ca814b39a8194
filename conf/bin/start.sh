#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Starts a whole stack in the background and returns when it is healthy.  What already runs is
# left alone, so it also brings back what is missing.
#
#   FRONTDESK_HOME  state directory (var/)        FRONTDESK_HOST  address to listen on (127.0.0.1)
#   FRONTDESK_PORT  port (8080)                   FRONTDESK_CONF  a settings file to add
#   FRONTDESK_BUILD folder of the built programs (build/)
#   FRONTDESK_NGINX_WORKERS processes of nginx (auto: one a core)
#
# As root, nginx and the workers run as www-data and Postgres as postgres, where these users can
# reach the files; otherwise everything runs as whoever calls.

set -eu

# shellcheck source-path=SCRIPTDIR source=stack.sh
. "$(dirname -- "$0")/stack.sh"

service_user=www-data
postgres_user=postgres
postgres_bin=/usr/lib/postgresql/15/bin
demo_password=frontdesk-demo
case $host in 0.0.0.0 | '') address=127.0.0.1:$port ;; *) address=$host:$port ;; esac
api_password=
worker_password=

fail() {
    echo "start: $*" >&2
    exit 1
}

is_root() {
    [ "$(id -u)" -eq 0 ]
}

# Runs a command as user $1, or as the caller when that is nobody else.
as_user() {
    user=$1
    shift
    if is_root && [ "$user" != root ]; then
        setpriv --reuid="$user" --regid="$user" --init-groups -- "$@"
    else
        "$@"
    fi
}

# Starts a daemon as user $1 with output to log file $2; $daemon is its pid.
start_daemon() {
    user=$1 output=$2
    shift 2
    if is_root && [ "$user" != root ]; then
        setsid setpriv --reuid="$user" --regid="$user" --init-groups -- "$@" \
            >>"$output" 2>&1 </dev/null 9>&- &
    else
        setsid "$@" >>"$output" 2>&1 </dev/null 9>&- &
    fi
    daemon=$!
    # Its session exists once setsid has run.
    wait_for 100 leads_session "$daemon" || fail "$1 does not start; see $output"
    remember_session "$daemon"
}

leads_session() {
    [ "$(stat_field "$1" 6)" = "$1" ]
}

# What was built under a name: in another folder than build/ may be only a part of it.
built() {
    for folder in "$build" "$root/build"; do
        if [ -e "$folder/$1" ]; then
            echo "$folder/$1"
            return
        fi
    done
    fail "$1 is not built: run make"
}

# ---- places ----

make_places() {
    mkdir -p "${FRONTDESK_HOME:-$root/var}"
    find_home
    case $home$root$build in
        *[!A-Za-z0-9/._~+,@-]*) fail "nginx cannot take the blanks or signs of this path: $home" ;;
    esac
    workers=$(built frontdesk-workers)
    module=$(built ngx_frontdesk_module.so)
    speech=$(built speech/base.lm)
    exec 9>"$home/.lock"
    flock -w 60 9 || fail "another start or stop works on $home"

    if ! is_root; then
        service_user=$(id -un)
        postgres_user=$service_user
    else
        # Postgres never runs as root; namespaces may know no other user.
        as_user "$postgres_user" true 2>/dev/null \
            || fail "root cannot become $postgres_user here: start as another user"
        chmod o+x "$home"
        if ! as_user "$service_user" test -r "$root/conf/nginx.conf.in" \
            || ! as_user "$service_user" test -x "$home"; then
            echo "start: $service_user cannot reach the files here: running as root" >&2
            service_user=root
        fi
    fi

    mkdir -p "$run" "$log" "$home/state" "$home/mail" "$home/recordings"
    chmod 711 "$run" "$log"
    chmod 700 "$home/state" "$home/mail" "$home/recordings"
    if is_root; then
        chown "$service_user": "$log" "$run" "$home/state" "$home/mail"
    fi
    # shellcheck disable=SC2013
    for folder in $(sed -n 's|.*_temp_path @HOME@/\([a-z-]*\);.*|\1|p' "$root/conf/nginx.conf.in"); do
        mkdir -p "$home/$folder"
        chmod 700 "$home/$folder"
        if is_root; then
            chown "$service_user": "$home/$folder"
        fi
    done
    place_sockets
    umask 077
}

# Postgres' socket: its address has room for 107 bytes, and both users must come there.
place_sockets() {
    sockets=$run/postgres
    if [ ${#sockets} -gt 85 ] || ! as_user "$postgres_user" test -x "$run"; then
        if is_root; then
            sockets=/run/frontdesk-$key
        else
            sockets=${XDG_RUNTIME_DIR:-/tmp}/frontdesk-$key
        fi
    fi
    if ! mkdir "$sockets" 2>/dev/null && { [ -L "$sockets" ] || ! [ -d "$sockets" ]; }; then
        fail "$sockets is in the way"
    fi
    if is_root; then
        chown "$postgres_user": "$sockets"
    fi
    chmod 755 "$sockets"
    echo "$sockets" >"$run/sockets"
}

# ---- settings ----

hex() {
    od -An -v -tx1 -N"$1" /dev/urandom | tr -d ' \n'
}

# Made once: they outlive every start.
make_secrets() {
    if [ ! -e "$home/secrets.conf" ]; then
        cat >"$home/secrets.conf.new" <<END
jwt_secret = $(hex 32)
call_token_secret = $(hex 32)
twilio_account_sid = AC$(hex 16)
twilio_auth_token = $(hex 16)
END
        cat >"$home/passwords.new" <<END
api_password=$(hex 16)
worker_password=$(hex 16)
END
        mv "$home/passwords.new" "$home/passwords"
        mv "$home/secrets.conf.new" "$home/secrets.conf"
    fi

    # Of later versions; what was made before has none.
    for keys in totp_keys credential_keys; do
        grep -q "^$keys" "$home/secrets.conf" \
            || echo "$keys = 1:$(head -c 32 /dev/urandom | base64)" >>"$home/secrets.conf"
    done
}

# The value of key $1 in the settings, or in the environment, which wins.
setting() {
    name=FRONTDESK_$(printf %s "$1" | tr '[:lower:]' '[:upper:]')
    if value=$(printenv "$name"); then
        echo "$value"
    else
        sed -n "s/^ *$1 *= *//p" "$home/frontdesk.conf" | sed 's/^"\(.*\)"$/\1/'
    fi
}

url_encode() {
    printf %s "$1" | od -An -v -tx1 | tr -d '\n' | tr ' ' %
}

own_settings() {
    socket_host=$(url_encode "$sockets")
    cat <<END
api_database_url = postgresql://frontdesk_api:$api_password@/frontdesk?host=$socket_host
worker_database_url = postgresql://frontdesk_worker:$worker_password@/frontdesk?host=$socket_host
segment_name = /$segment
public_base_url = http://$host:$port
state_dir = $home/state
mail_dir = $home/mail
language_model = ${speech%/*}
END
    cat "$home/secrets.conf"
}

# FRONTDESK_CONF first, then what it leaves open.
write_settings() {
    # shellcheck source=/dev/null
    . "$home/passwords"
    extra=${FRONTDESK_CONF:-/dev/null}
    [ -r "$extra" ] || fail "cannot read $extra"

    cat "$extra" >"$home/frontdesk.conf.new"
    own_settings | while IFS= read -r line; do
        grep -q "^ *${line%% =*} *=" "$extra" || printf '%s\n' "$line"
    done >>"$home/frontdesk.conf.new"
    chmod 600 "$home/frontdesk.conf.new"
    if is_root; then
        chown "$service_user": "$home/frontdesk.conf.new"
    fi
    mv "$home/frontdesk.conf.new" "$home/frontdesk.conf"
}

# ---- Postgres ----

# Where the cluster is: here, unless its user cannot come here.
place_cluster() {
    cluster=$home/postgres
    if ! is_root || [ -d "$cluster" ] || as_user "$postgres_user" test -x "$home"; then
        return
    fi
    place=/var/lib/frontdesk/$key
    rm -rf "$place"
    install -d -m 755 /var/lib/frontdesk
    mkdir "$place"
    chown "$postgres_user": "$place"
    ln -sfn "$place" "$cluster"
}

make_cluster() {
    place_cluster
    [ -s "$cluster/PG_VERSION" ] && return
    mkdir -p "$cluster"
    rm -rf "${cluster:?}"/*
    chmod 700 "$cluster/."
    if is_root; then
        chown "$postgres_user": "$cluster/."
    fi
    (
        cd "$cluster/."
        as_user "$postgres_user" "$postgres_bin"/initdb -D "$(pwd -P)" -U postgres -A peer \
            -E UTF8 --locale=C.UTF-8 >"$log/initdb.log" 2>&1
    ) || { cat "$log/initdb.log" >&2; fail 'Postgres did not make its cluster'; }

    # Names of the system, or the passwords of the two roles; nothing from the network.
    cat >"$cluster/pg_hba.conf" <<END
local all postgres peer map=frontdesk
local all frontdesk_api,frontdesk_worker scram-sha-256
END
    cat >"$cluster/pg_ident.conf" <<END
frontdesk $postgres_user postgres
frontdesk $(id -un) postgres
END
    cat >>"$cluster/postgresql.conf" <<END
listen_addresses = ''
max_connections = 100
shared_buffers = 64MB
dynamic_shared_memory_type = mmap
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] %q%u '
END
}

postgres_answers() {
    "$postgres_bin"/pg_isready -q -h "$sockets" -d postgres -U postgres
}

no_postgres() {
    [ -z "$(own_processes postgres)" ]
}

start_postgres() {
    make_cluster
    if own_pid "$cluster/postmaster.pid" >/dev/null; then
        return
    fi
    # Children of one that was killed end by themselves, and hold its memory until then.
    wait_for 50 no_postgres || fail "processes of a dead Postgres are left; see $log/postgres.log"
    # One that was killed and that nobody has waited for still counts as alive to Postgres.
    if read -r pid 2>/dev/null <"$cluster/postmaster.pid" && [ "$(stat_field "$pid" 3)" = Z ]; then
        rm -f "$cluster/postmaster.pid" "$sockets"/.s.PGSQL.*
    fi
    touch "$log/postgres.log"
    # After a crash all files go to disk at once: one by one that takes longer than the recovery.
    start_daemon "$postgres_user" "$log/postgres.log" "$postgres_bin"/postgres \
        -D "$(cd "$cluster/." && pwd -P)" -c unix_socket_directories="$sockets" \
        -c recovery_init_sync_method=syncfs
    wait_for 150 postgres_answers || fail "Postgres does not answer; see $log/postgres.log"
}

sql() {
    psql -X -q -v ON_ERROR_STOP=1 -h "$sockets" -U postgres "$@"
}

fill_database() {
    if [ -z "$(sql -d postgres -Atc "select 1 from pg_database where datname = 'frontdesk'")" ]; then
        sql -d postgres -c 'create database frontdesk'
    fi
    FRONTDESK_API_PASSWORD=$api_password FRONTDESK_WORKER_PASSWORD=$worker_password \
        sh "$root/sql/migrate.sh" "postgresql://postgres@/frontdesk?host=$(url_encode "$sockets")" \
        >"$log/migrate.log" 2>&1 || { cat "$log/migrate.log" >&2; fail 'the database is not as it should be'; }
    if [ "$(sql -d frontdesk -Atc 'select count(*) from frontdesk.users')" = 0 ]; then
        hash=$(printf %s "$demo_password" | argon2 "$(hex 8)" -id -t 2 -k 19456 -p 1 -e)
        sql -d frontdesk -v demo_password_hash="$hash" -f "$root/sql/demo.sql" \
            >"$log/demo.log" 2>&1 \
            || { cat "$log/demo.log" >&2; fail 'the demo data did not load'; }
    fi
    # Webhooks are taken for the account of the settings.
    sql -d frontdesk -v sid="$(setting twilio_account_sid)" <<'END'
insert into frontdesk.settings (key, value) values ('twilio_account_sid', :'sid')
    on conflict (key) do update set value = excluded.value, updated_at = now()
        where settings.value <> excluded.value;
END
}

# ---- nginx and the workers ----

start_workers() {
    if own_pid "$run/supervisor.pid" >/dev/null; then
        return
    fi
    start_daemon "$service_user" "$log/workers.log" \
        "$workers" -c "$home/frontdesk.conf"
    echo "$daemon" >"$run/supervisor.pid"
}

# Only a port below 1024 needs a master that runs as root; any other stays without privileges,
# and then has no user to change to.
write_nginx_conf() {
    master=$service_user
    if is_root && [ "$port" -lt 1024 ]; then
        master=root
    fi
    sed -e "s|@ROOT@|$root|g" -e "s|@BUILD@|${module%/*}|g" -e "s|@HOME@|$home|g" \
        -e "s|@HOST@|$host|g" -e "s|@PORT@|$port|g" -e "s|@USER@|$service_user|g" \
        -e "s|^worker_processes auto|worker_processes ${FRONTDESK_NGINX_WORKERS:-auto}|" \
        "$root/conf/nginx.conf.in" >"$home/nginx.conf"
    if ! is_root || [ "$master" != root ]; then
        sed -i '/^user /d' "$home/nginx.conf"
    fi
    if is_root; then
        chown "$master": "$home/nginx.conf"
    fi
}

# curl's 7 is a connection that was refused.
port_is_free() {
    status=0
    curl -s -o /dev/null -m 2 --noproxy '*' "http://$address/" || status=$?
    [ $status -eq 7 ]
}

start_nginx() {
    write_nginx_conf
    if own_pid "$run/nginx.pid" >/dev/null; then
        return
    fi
    rm -f "$run/nginx.pid"
    # Another nginx of the same user would share the port with this one, each getting some calls.
    if [ -z "$(own_processes nginx)" ] && ! port_is_free; then
        fail "port $port is taken: choose another with FRONTDESK_PORT"
    fi
    as_user "$master" /usr/sbin/nginx -p "$home" -e "$log/nginx.log" \
        -c "$home/nginx.conf" 2>"$log/nginx-start.log" </dev/null 9>&- \
        || { cat "$log/nginx-start.log" >&2; fail 'nginx did not start'; }
    wait_for 100 test -s "$run/nginx.pid" || fail "nginx left no pid; see $log/nginx.log"
    remember_session "$(cat "$run/nginx.pid")"
}

# A node that is draining is not ready for calls, and healthy all the same.
is_ready() {
    curl -fsS -o /dev/null -m 2 --noproxy '*' "http://$address/health/ready" 2>"$run/ready.error" \
        || curl -fs -m 2 "http://$address/health" | grep -q '"draining":true'
}

await_health() {
    wait_for 200 is_ready && return
    {
        echo "start: not ready after 20 s: $(cat "$run/ready.error")"
        curl -s -m 2 --noproxy '*' "http://$address/health" || true
        for file in nginx workers postgres; do
            echo "--- $log/$file.log"
            tail -n 12 "$log/$file.log" 2>/dev/null
        done
    } >&2
    exit 1
}

# What tests and tools need to know.  A client's purpose is what its settings make of it.
write_demo() {
    sql -d frontdesk -At -v base_url="http://$address" -v password="$demo_password" \
        -v sid="$(setting twilio_account_sid)" -v token="$(setting twilio_auth_token)" \
        -v nginx="$(cat "$run/nginx.pid")" -v supervisor="$(cat "$run/supervisor.pid")" \
        -v postgres="$(head -n 1 "$cluster/postmaster.pid")" >"$home/demo.json.new" <<'END'
select jsonb_pretty(jsonb_build_object(
    'base_url', :'base_url'::text,
    'twilio_account_sid', :'sid'::text,
    'twilio_auth_token', :'token'::text,
    'users', (select jsonb_agg(jsonb_build_object(
                  'email', u.email, 'password', :'password'::text, 'role', case u.role
                      when 'admin' then 'admin'
                      else coalesce((select m.role from frontdesk.client_members m
                                      where m.user_id = u.id
                                      order by array_position('{owner,manager,viewer}', m.role)
                                      limit 1), 'owner') end) order by u.id)
                from frontdesk.users u
               where u.email like '%.example'),
    'clients', (select jsonb_agg(jsonb_build_object(
                    'id', c.id, 'name', c.name, 'number', n.phone_number, 'owner_email', u.email,
                    'purpose', case when a.pipeline = 'echo' then 'echo'
                                    when c.voice_mode = 'gather' then 'gather'
                                    when c.routing = 'owner_first' then 'owner_first'
                                    when not exists (select from frontdesk.ledger l
                                                      where l.client_id = c.id) then 'no_balance'
                                    else 'receptionist' end) order by n.phone_number)
                  from frontdesk.clients c
                  join frontdesk.users u on u.id = c.owner_user_id
                  join frontdesk.agents a on a.client_id = c.id and a.is_default
                  join frontdesk.phone_numbers n on n.client_id = c.id),
    'pids', jsonb_build_object(
        'nginx', :nginx, 'supervisor', :supervisor, 'postgres', :postgres)));
END
    chmod 600 "$home/demo.json.new"
    mv "$home/demo.json.new" "$home/demo.json"
}

# What does not come up as a whole goes down again.
give_up() {
    status=$?
    if [ -z "$is_up" ] && [ -z "$was_running" ]; then
        exec 9>&-
        "$(dirname -- "$0")/stop.sh" >/dev/null
    fi
    exit $status
}

make_places
# shellcheck disable=SC2119
was_running=$(own_processes)
is_up=
trap give_up EXIT
make_secrets
write_settings
start_postgres
fill_database
start_workers
start_nginx
await_health
write_demo
is_up=yes

if [ -n "$was_running" ]; then
    echo "FrontDesk is already running at http://$address/ (state in $home)"
else
    echo "FrontDesk is running at http://$address/ (state in $home)"
fi
