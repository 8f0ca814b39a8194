# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=sh disable=SC2034
#
# What start.sh and stop.sh share: where a stack lives and which processes are its own.
#
# A stack's processes are known by their sessions: every daemon is started as the leader of one,
# and $home/run/sessions remembers the leader's pid and start time and the boot they belong to.
# What a daemon starts stays in its session, so nothing escapes when a parent is killed.

# A locale that is always there: one that is not lets Perl programs complain.
export LC_ALL=C.UTF-8

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
build=${FRONTDESK_BUILD:-$root/build}
port=${FRONTDESK_PORT:-8080}
host=${FRONTDESK_HOST:-127.0.0.1}

# The state directory, absolute.  It must exist.
find_home() {
    home=$(CDPATH='' cd -- "${FRONTDESK_HOME:-$root/var}" && pwd -P)
    run=$home/run
    log=$home/log
    key=$(printf %s "$home" | sha256sum | cut -c1-12)
    segment=frontdesk-$key
    sessions=$run/sessions
}

boot_id() {
    cat /proc/sys/kernel/random/boot_id
}

# Field $2 of /proc/$1/stat, counted as proc(5) does; the name may hold blanks.
stat_field() {
    sed 's/^\([0-9]*\) (.*) /\1 name /' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f"$2"
}

# Remembers $1, a process that leads a session.
remember_session() {
    echo "$1 $(stat_field "$1" 22) $(boot_id)" >>"$sessions"
}

# Sessions of this stack that may still have members.
own_sessions() {
    [ -e "$sessions" ] || return 0
    boot=$(boot_id)
    while read -r leader started on_boot; do
        [ "$on_boot" = "$boot" ] || continue
        now=$(stat_field "$leader" 22)
        if [ -z "$now" ] || [ "$now" = "$started" ]; then
            echo "$leader"
        fi
    done <"$sessions"
}

# Pids of the stack's living processes, of program $1 when given.
own_processes() {
    leaders=$(own_sessions | tr '\n' ' ')
    [ -n "$leaders" ] || return 0
    cat /proc/[0-9]*/stat 2>/dev/null |
        sed 's/^\([0-9]*\) (\(.*\)) \(.\) [0-9-]* [0-9-]* \([0-9-]*\) .*/\1 \4 \3 \2/' |
        while read -r pid session state name; do
            [ "$state" != Z ] || continue
            case " $leaders" in *" $session "*) ;; *) continue ;; esac
            case $name in "${1:-}"*) echo "$pid" ;; esac
        done
}

# The pid in file $1 if it is a living process of this stack.
own_pid() {
    read -r pid 2>/dev/null <"$1" || return 1
    case $pid in '' | *[!0-9]*) return 1 ;; esac
    [ "$(stat_field "$pid" 3)" != Z ] || return 1
    session=$(stat_field "$pid" 6)
    case " $(own_sessions | tr '\n' ' ')" in
        *" $session "*) [ -n "$session" ] && echo "$pid" ;;
        *) return 1 ;;
    esac
}

# Waits $1 tenths of a second for the rest of the arguments to succeed.
wait_for() {
    tenths=$1
    shift
    while ! "$@"; do
        tenths=$((tenths - 1))
        [ $tenths -ge 0 ] || return 1
        sleep 0.1
    done
}
