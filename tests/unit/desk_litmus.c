/* SPDX-License-Identifier: BSD-2-Clause */

#include <pthread.h>

#include "desk_fixture.h"
#include "desk_ring.h"

/*
 * The ring on two cores at once, and the same code once more with something
 * taken away: what the real one never shows, the weak one must show soon, or
 * these tests would prove nothing. (Of the doorbell: desk_doorbell.c.)
 */

typedef enum { WEAK_NOT,
               WEAK_ORDER, /* the tail is stored before the record */
               WEAK_EPOCH  /* and without looking whose it is */ } weak_e;

static weak_e weak;

static int
weak_compare(_Atomic uint64_t *at, uint64_t *was, uint64_t now)
{
    if (weak == WEAK_EPOCH) {
        atomic_store(at, now);
        return 1;
    }

    return atomic_compare_exchange_strong(at, was, now);
}

#undef DESK_RING_STEP
#define WEAK_STEP_2                                                           \
    if (weak == WEAK_ORDER) {                                                 \
        w->tail += span;                                                      \
        rc = weak_ring_publish(w);                                            \
        w->tail -= span;                                                      \
        if (rc < 0) {                                                         \
            return rc;                                                        \
        }                                                                     \
    }
#define WEAK_STEP_1
#define WEAK_STEP_3
#define WEAK_STEP_4
#define WEAK_STEP_5
#define WEAK_STEP_6
#define WEAK_STEP_7
#define WEAK_STEP_8
#define WEAK_STEP_9
#define WEAK_STEP_10
#define DESK_RING_STEP(n) WEAK_STEP_##n
#undef atomic_compare_exchange_strong_explicit
#define atomic_compare_exchange_strong_explicit(at, was, now, yes, no)        \
    weak_compare(at, was, now)
#define desk_ring_step weak_ring_step
#define desk_ring_reset weak_ring_reset
#define desk_ring_renew weak_ring_renew
#define desk_ring_renew_near weak_ring_renew_near
#define desk_ring_wipe weak_ring_wipe
#define desk_ring_writer_attach weak_ring_writer_attach
#define desk_ring_put weak_ring_put
#define desk_ring_publish weak_ring_publish
#define desk_ring_room weak_ring_room
#define desk_ring_reader_attach weak_ring_reader_attach
#define desk_ring_next weak_ring_next
#define desk_ring_release weak_ring_release
void     weak_ring_reset(desk_ring_shared_t *shared, uint32_t bytes);
void     weak_ring_renew(desk_ring_shared_t *shared, uint32_t bytes,
                         uint16_t epoch);
void     weak_ring_renew_near(desk_ring_shared_t *shared, uint32_t bytes,
                              uint32_t near, uint16_t epoch);
void     weak_ring_wipe(uint8_t *data, uint32_t bytes);
int      weak_ring_writer_attach(desk_ring_writer_t *w,
                                 desk_ring_shared_t *shared, uint8_t *data,
                                 uint32_t room, desk_ring_kind_e kind,
                                 uint16_t epoch, int fenced);
int      weak_ring_put(desk_ring_writer_t *w, desk_record_e type,
                       uint8_t flags, uint32_t stamp, const void *data,
                       uint32_t length);
int      weak_ring_publish(desk_ring_writer_t *w);
uint32_t weak_ring_room(desk_ring_writer_t *w);
int      weak_ring_reader_attach(desk_ring_reader_t *r,
                                 desk_ring_shared_t *shared,
                                 const uint8_t *data, uint32_t room,
                                 desk_ring_kind_e kind, const uint64_t *from);
int      weak_ring_next(desk_ring_reader_t *r, desk_record_t *record,
                        uint8_t *copy);
void     weak_ring_release(desk_ring_reader_t *r);
#include "../../shm/desk_ring.c"
#undef desk_ring_put
#undef desk_ring_publish

#define RING_BYTES 65536U
#define FRAME 160
#define OLD_MOST 150
#define HEIR_SAYS 5
#define HEIR 1000000U
#define LITMUS_MS 2000
#define LITMUS_WEAK_MS 20000
#define OVER UINT32_MAX

typedef int (*put_pt)(desk_ring_writer_t *w, desk_record_e type,
                      uint8_t flags, uint32_t stamp, const void *data,
                      uint32_t length);
typedef int (*publish_pt)(desk_ring_writer_t *w);

static desk_ring_shared_t   ring;
static alignas(64) uint8_t  bytes[RING_BYTES];
static desk_ring_writer_t   old, heir;
static desk_ring_reader_t   reader;
static put_pt               put;
static publish_pt           publish;
static alignas(64) _Atomic uint32_t begun; /* the round, by who hears */
static alignas(64) _Atomic uint32_t done;  /* by who speaks */

static void
pin(int core)
{
    cpu_set_t set;

    CPU_ZERO(&set);
    CPU_SET(core % (int) sysconf(_SC_NPROCESSORS_ONLN), &set);
    (void) sched_setaffinity(0, sizeof(set), &set);
}

static uint32_t
spin_until(const _Atomic uint32_t *at, uint32_t value)
{
    uint32_t i = 0, found;

    while ((found = atomic_load(at)) != value && found != OVER) {
        if (++i % 4096 == 0) {
            (void) sched_yield();
        }
    }

    return found;
}

static int
say(desk_ring_writer_t *w, uint32_t number)
{
    int     rc;
    uint8_t frame[FRAME];

    memset(frame, (int) (number * 31 % 251), sizeof(frame));
    rc = put(w, DESK_RECORD_AUDIO, 0, number, frame, sizeof(frame));

    return rc < 0 ? rc : publish(w);
}

/* 1, 0, or -1: what was read was never said so. */
static int
hear(uint32_t *number)
{
    int           rc, i;
    desk_record_t record;

    rc = weak_ring_next(&reader, &record, NULL);
    if (rc <= 0) {
        return rc;
    }

    *number = record.stamp;
    if (record.type != DESK_RECORD_AUDIO || record.length != FRAME) {
        return -1;
    }

    for (i = 0; i < FRAME; i++) {
        if (record.data[i] != *number * 31 % 251) {
            return -1;
        }
    }

    return 1;
}

/* Says one after the other until it may not: replaced, or enough. */
static void *
speaker(void *data)
{
    uint32_t round, i;

    (void) data;
    pin(1);

    for (round = 1; spin_until(&begun, round) != OVER; round++) {
        for (i = 0; i < OLD_MOST; i++) {
            if (say(&old, i) == -ESTALE) {
                break;
            }
        }

        atomic_store(&done, round);
    }

    return NULL;
}

/*
 * The one speaks; the other listens, and may take over in the middle of it.
 * Returns what was wrong with what was heard.
 */
static const char *
round_is_wrong(uint32_t round, uint32_t succeed_after)
{
    int      rc;
    uint32_t number, next = 0, from_heir = 0;

    /* As nobody speaks yet: a ring like new, of other bytes. */
    weak_ring_reset(&ring, RING_BYTES);
    memset(bytes, (int) round, sizeof(bytes));
    (void) weak_ring_writer_attach(&old, &ring, bytes, RING_BYTES,
                                   DESK_RING_WAITS, 1, 0);
    (void) weak_ring_reader_attach(&reader, &ring, bytes, RING_BYTES,
                                   DESK_RING_WAITS, NULL);
    atomic_store(&begun, round);

    while (next < succeed_after && atomic_load(&done) != round) {
        rc = hear(&number);
        if (rc < 0 || (rc == 1 && number != next++)) {
            (void) spin_until(&done, round);
            return "not what was said";
        }
    }

    rc = weak_ring_writer_attach(&heir, &ring, bytes, RING_BYTES,
                                 DESK_RING_WAITS, 2, 1);
    while (rc == 0 && from_heir < HEIR_SAYS) {
        rc = say(&heir, HEIR + from_heir++);
    }

    (void) spin_until(&done, round);
    if (rc < 0) {
        return "the heir was refused";
    }

    from_heir = 0;
    while ((rc = hear(&number)) == 1) {
        if (number >= HEIR ? number != HEIR + from_heir++
                           : number != next++ || from_heir > 0)
        {
            return "out of order";
        }
    }

    if (rc < 0) {
        return "damage";
    }

    return from_heir < HEIR_SAYS ? "not heard" : NULL;
}

static const char *
litmus(put_pt put_by, publish_pt publish_by, uint64_t limit_ms,
       uint32_t *rounds)
{
    uint32_t    n;
    uint64_t    seed = 7, end = desk_now_ms() + limit_ms;
    pthread_t   thread;
    cpu_set_t   before;
    const char *wrong = NULL;

    (void) sched_getaffinity(0, sizeof(before), &before);
    put = put_by;
    publish = publish_by;
    atomic_store(&begun, 0);
    atomic_store(&done, 0);
    assert_int_equal(pthread_create(&thread, NULL, speaker, NULL), 0);
    pin(0);

    for (n = 1; wrong == NULL && desk_now_ms() < end; n++) {
        wrong = round_is_wrong(n, fixture_random(&seed) % OLD_MOST);
    }

    *rounds = n - 1;
    atomic_store(&begun, OVER);
    assert_int_equal(pthread_join(thread, NULL), 0);
    (void) sched_setaffinity(0, sizeof(before), &before);

    return wrong;
}

static void
the_ring_is_what_was_said(void **state)
{
    uint32_t    rounds;
    const char *wrong;

    (void) state;
    wrong = litmus(desk_ring_put, desk_ring_publish, LITMUS_MS, &rounds);
    print_message("%u rounds\n", rounds);
    assert_true(rounds > 100);
    if (wrong != NULL) {
        fail_msg("%s", wrong);
    }
}

static void
one_without(weak_e what)
{
    uint32_t    rounds;
    const char *wrong;

    weak = what;
    wrong = litmus(weak_ring_put, weak_ring_publish, LITMUS_WEAK_MS, &rounds);
    weak = WEAK_NOT;
    assert_non_null(wrong);
    print_message("%s in round %u\n", wrong, rounds);
}

static void
with_the_tail_before_the_record_it_is_not(void **state)
{
    (void) state;
    one_without(WEAK_ORDER);
}

static void
without_epochs_it_is_not(void **state)
{
    (void) state;
    one_without(WEAK_EPOCH);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_ring_is_what_was_said),
        cmocka_unit_test(with_the_tail_before_the_record_it_is_not),
        cmocka_unit_test(without_epochs_it_is_not),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
