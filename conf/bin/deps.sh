#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Installs what building, running and testing need and this machine has not got; `deps.sh run`
# leaves out what only tests and tools need, and `deps.sh bench` has the yardsticks of benchmarks
# instead.  With everything there it only looks.  Debian 12; installing needs root.
#
# Nothing that is installed here runs as a service of the system: its nginx is disabled and its
# Postgres is given no cluster, as FrontDesk runs its own.

set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)

packages='
    gcc libc6-dev make pkg-config ca-certificates curl procps util-linux
    nginx nginx-dev libpcre2-dev zlib1g-dev
    postgresql-15 postgresql-client-15 libpq-dev
    libuv1-dev libcjson-dev libssl-dev libjwt-dev libargon2-dev argon2 libwslay-dev
    libcurl4-openssl-dev
    libpocketsphinx-dev libsphinxbase-dev pocketsphinx-en-us
    flite flite1-dev libspeexdsp-dev'

test_packages='
    git libcmocka-dev postgresql-15-pgtap libtap-parser-sourcehandler-pgtap-perl chromium
    openssl python3
    clang-format-14 clang-14 libclang-rt-14-dev cppcheck shellcheck spin'

# What FrontDesk is compared with.
bench_packages='
    wrk python3-fastapi python3-uvicorn python3-uvloop python3-httptools python3-websockets
    python3-asyncpg'

case ${1:-} in
    run) ;;
    bench) packages="$packages $bench_packages" ;;
    *) packages="$packages $test_packages" ;;
esac

# Debian 12 has Node 18; the dashboard's build wants a newer one.  The npm registry carries the
# program itself as a package, without scripts to run.
node_major=22
node_folder=/usr/local/lib/frontdesk-node

missing_packages() {
    # shellcheck disable=SC2086
    installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' $packages 2>/dev/null |
        sed -n 's/^installed //p')
    for package in $packages; do
        case "
$installed
" in
            *"
$package
"*) ;;
            *) echo "$package" ;;
        esac
    done
}

node_suffices() {
    command -v npm >/dev/null && command -v node >/dev/null && node -e '
        const [major, minor] = process.versions.node.split(".").map(Number)
        process.exit(major > 22 || major === 22 && minor >= 13 || major === 20 && minor >= 19 ? 0 : 1)
    '
}

need_root() {
    if [ "$(id -u)" -ne 0 ]; then
        echo "deps: as root, install: $*" >&2
        exit 1
    fi
}

policy=/usr/sbin/policy-rc.d
cluster=/etc/postgresql-common/createcluster.d/frontdesk.conf
made=

# Daemons of the packages stay down, and no cluster of the system is made.
install_packages() {
    had_nginx=$(command -v nginx || true)
    trap 'rm -f $made' EXIT
    trap 'exit 130' INT TERM HUP

    # One with this name in it is what a killed installation left.
    if [ ! -e $policy ] || grep -q FrontDesk $policy; then
        made="$policy $cluster"
        printf '#!/bin/sh\n# FrontDesk installs packages.\nexit 101\n' >$policy
        chmod 755 $policy
    else
        made=$cluster
    fi
    mkdir -p "$(dirname $cluster)"
    echo 'create_main_cluster = false' >$cluster

    export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
    apt-get update -q
    apt-get install -q -y --no-install-recommends -o DPkg::Lock::Timeout=300 \
        -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "$@"

    if [ -z "$had_nginx" ] && command -v nginx >/dev/null; then
        update-rc.d nginx disable
    fi
    # shellcheck disable=SC2086
    rm -f $made
    trap - EXIT INT TERM HUP
}

install_node() {
    case $(dpkg --print-architecture) in
        amd64) platform=linux-x64 ;;
        arm64) platform=linux-arm64 ;;
        *)
            echo "deps: install Node $node_major yourself: no package for this machine" >&2
            exit 1
            ;;
    esac
    npm install --no-save --no-audit --no-fund --ignore-scripts \
        --prefix "$node_folder" "node-$platform@$node_major" npm@10
    ln -sf "$node_folder/node_modules/node-$platform/bin/node" /usr/local/bin/node
    ln -sf "$node_folder/node_modules/npm/bin/npm-cli.js" /usr/local/bin/npm
    ln -sf "$node_folder/node_modules/npm/bin/npx-cli.js" /usr/local/bin/npx
}

# $1 is the folder of a package.json; its lockfile says what belongs there.
install_modules() {
    mark=$root/$1/node_modules/.package-lock.json
    if [ ! -e "$mark" ] || [ -n "$(find "$root/$1/package-lock.json" -newer "$mark")" ]; then
        npm ci --prefix "$root/$1" --no-audit --no-fund
        touch "$mark"
    fi
}

command -v npm >/dev/null || packages="$packages nodejs npm"
missing=$(missing_packages | tr '\n' ' ')
if [ -n "$missing" ]; then
    need_root "$missing"
    # shellcheck disable=SC2086
    install_packages $missing
fi

if ! node_suffices; then
    need_root "Node 20.19 or newer"
    install_node
    hash -r
    node_suffices || { echo "deps: no suitable Node after installing it" >&2; exit 1; }
fi

install_modules tests
install_modules html
