#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Has spin look at every state of the models: those of the code as it is must hold, and each one
# that lacks something must be refuted, or the model would prove nothing.  Prints a line for each;
# the trail of what should have held stays under build/model/.  With `full` the larger ones too.

set -u

cd "$(dirname -- "$0")/../.." || exit 1
build=${FRONTDESK_BUILD:-build}/model

# What is expected, of which model, with what: see the head of each model.
cases() {
    cat <<'CASES'
holds desk_ring
holds desk_ring -DRENEW -DRECORDS=4
holds desk_ring -DOVERWRITES -DRECORDS=2
holds desk_ring -DOVERWRITES -DRENEW
holds desk_ring -DOVERWRITES -DLAST=1 -DRECORDS=6
holds desk_ring -DOVERWRITES -DLAST=1 -DRECORDS=3 -DREADER_DEATHS=1
refuted desk_ring -DNO_RELEASE
refuted desk_ring -DNO_EPOCH
refuted desk_ring -DNO_GUARD
refuted desk_ring -DNO_BASE
refuted desk_ring -DNO_BASE_EPOCH
refuted desk_ring -DNO_BATCH
refuted desk_ring -DNO_ROOM
refuted desk_ring -DNO_KILL
refuted desk_ring -DRENEW -DNO_STEP
refuted desk_ring -DRENEW -DNO_EXCHANGE
refuted desk_ring -DOVERWRITES -DRENEW -DNO_OLDEST
refuted desk_ring -DOVERWRITES -DNO_F1
refuted desk_ring -DOVERWRITES -DNO_F2
holds desk_doorbell -DNO_DEATHS -DRECORDS=3 -DTIMERS=1
holds desk_doorbell -DRECORDS=1 -DSUPERVISOR_DEATHS=1
refuted desk_doorbell -DNO_D1
refuted desk_doorbell -DNO_D2
refuted desk_doorbell -DNO_G1
refuted desk_doorbell -DNO_G2
refuted desk_doorbell -DNO_G3
refuted desk_doorbell -DNO_LOOK
refuted desk_doorbell -DNO_COUNT
refuted desk_doorbell -DNO_BYTE
refuted desk_doorbell -DNO_ORPHAN
refuted desk_doorbell -DSUPERVISOR_DEATHS=1 -DNO_TELL
CASES
    [ "$1" = '' ] || cat <<'CASES'
holds desk_ring -DLAST=3 -DRECORDS=1
holds desk_ring -DRECORDS=4
holds desk_ring -DOVERWRITES
holds desk_ring -DOVERWRITES -DRENEW -DRECORDS=4
holds desk_ring -DOVERWRITES -DLAST=1 -DRECORDS=4 -DREADER_DEATHS=1
holds desk_doorbell -DRECORDS=2
holds desk_doorbell -DRECORDS=2 -DSUPERVISOR_DEATHS=1
holds desk_doorbell -DRECORDS=1 -DSUPERVISOR_DEATHS=1 -DTIMERS=1
CASES
}

# $1 is what is expected; the model; then its macros.  spin leaves its files where it is started.
check() {
    expected=$1
    model=$2
    shift 2
    optimize=O1
    [ "$expected" = refuted ] || optimize=O2
    folder=$build/$model$(printf '%s' "$*" | tr -d ' ')

    rm -rf "$folder"
    mkdir -p "$folder"
    cp "tests/model/$model.pml" "$folder/"
    (
        cd "$folder" &&
            spin -a "$@" "$model.pml" >spin.log 2>&1 &&
            gcc -$optimize -w -DSAFETY -DNOFAIR -DCOLLAPSE -DMEMLIM=2000 -o pan pan.c >>spin.log 2>&1 &&
            ./pan -m20000 -n >pan.log 2>&1
    ) || {
        cat "$folder/spin.log"
        echo "model: $model $*: cannot be checked"
        return 1
    }

    states=$(sed -n 's/^ *\([0-9.e+]*\) states, stored.*/\1/p' "$folder/pan.log")
    fault=$(sed -n 's/^pan:1: //p' "$folder/pan.log")

    if grep -q 'errors: 0$' "$folder/pan.log" &&
        ! grep -qE 'Search not completed|max search depth|out of memory' "$folder/pan.log"; then
        found=holds
    elif [ -n "$fault" ] && [ -e "$folder/$model.pml.trail" ]; then
        found=refuted
    else
        cat "$folder/pan.log"
        found='not decided'
    fi

    printf '%-8s %s %s: %s states' "$found" "$model" "$*" "$states"
    [ "$found" = holds ] || printf ', %s' "$fault"
    printf '\n'

    if [ "$found" != "$expected" ]; then
        echo "model: $model $*: $expected was expected; see $folder"
        return 1
    fi
    rm -rf "$folder"
}

full=
case ${1:-} in
    '') ;;
    full) full=full ;;
    *)
        check "$@"
        exit
        ;;
esac

# As many at once as there are cores; xargs fails when one of them does.
cases "$full" | xargs -P "$(nproc)" -L 1 tests/model/run.sh || {
    echo 'model: FAULTS'
    exit 1
}
echo "model: $(cases "$full" | grep -c '^holds') hold," \
    "$(cases "$full" | grep -c '^refuted') are refuted"
