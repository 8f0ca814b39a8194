/* SPDX-License-Identifier: BSD-2-Clause */

#include "desk_fixture.h"
#include "desk_rpc.h"

#define HOUR_MS 3600000
#define REQUESTS (20000 / FIXTURE_SLOW)

static desk_segment_t seg;
static desk_process_t ngx, ai;
static uint8_t        bytes[DESK_RPC_BYTES + 1], room[DESK_RPC_BYTES + 1];

static int
setup(void **state)
{
    (void) state;
    fixture_segment(&seg, "rpc", 8, 4096, 4096);
    assert_int_equal(desk_process_enter(&seg, DESK_KIND_NGINX, &ngx), 0);
    assert_int_equal(desk_process_enter(&seg, DESK_KIND_AI, &ai), 0);
    assert_int_equal(desk_process_set_life(&ai, DESK_LIFE_UP), 0);

    return 0;
}

static int
teardown(void **state)
{
    (void) state;
    desk_segment_detach(&seg);

    return 0;
}

static desk_rpc_t
ask_for(const char *text, uint32_t timeout_ms)
{
    uint32_t   worker;
    desk_rpc_t rpc;

    assert_int_equal(desk_process_beat(&ai), 0);
    assert_int_equal(desk_rpc_ask(&seg, &ngx, DESK_RPC_PING, text,
                                  (uint32_t) strlen(text), timeout_ms, &rpc,
                                  &worker),
                     0);
    assert_int_equal(worker, ai.index);

    return rpc;
}

static desk_rpc_t
take(uint32_t entry, const char *text)
{
    int             rc;
    desk_rpc_t      rpc;
    desk_rpc_kind_e kind;

    rc = desk_rpc_take(&seg, &ai, entry, &rpc, &kind, room);
    assert_int_equal(rc, strlen(text));
    assert_memory_equal(room, text, strlen(text));
    assert_int_equal(kind, DESK_RPC_PING);

    return rpc;
}

static int
answer(desk_rpc_t *rpc, const char *text)
{
    uint32_t asker = 77;
    int      rc = desk_rpc_answer(&seg, rpc, 0, text, (uint32_t) strlen(text),
                                  &asker);

    if (rc == 0) {
        assert_int_equal(asker, ngx.index);
    }

    return rc;
}

static uint32_t
entries_free(void)
{
    uint32_t i, n = 0;

    for (i = 0; i < DESK_RPC_COUNT; i++) {
        n += (atomic_load(&seg.rpc[i].state) & 0xff) == 0;
    }

    return n;
}

static int
is_told(const desk_process_t *self, uint32_t entry)
{
    uint32_t bit = desk_ready_rpc_bit(&seg, entry);

    return desk_ready_take(&seg, self->index, bit / 64) >> bit % 64 & 1;
}

static void
what_is_asked_is_answered(void **state)
{
    desk_rpc_t rpc, taken;

    (void) state;
    rpc = ask_for("how are you", HOUR_MS);
    assert_int_equal(desk_rpc_poll(&rpc, room, sizeof(room)), -EAGAIN);
    assert_true(is_told(&ai, rpc.entry));
    taken = take(rpc.entry, "how are you");
    assert_int_equal(desk_rpc_poll(&rpc, room, sizeof(room)), -EAGAIN);
    assert_int_equal(answer(&taken, "fine"), 0);
    assert_true(is_told(&ngx, rpc.entry));
    assert_int_equal(desk_rpc_poll(&rpc, room, sizeof(room)), 4);
    assert_memory_equal(room, "fine", 4);
    assert_int_equal(entries_free(), DESK_RPC_COUNT);

    /* Once. */
    assert_int_equal(desk_rpc_poll(&rpc, room, sizeof(room)), -EAGAIN);
    rpc.deadline_ms = 0;
    assert_int_equal(desk_rpc_poll(&rpc, room, sizeof(room)), -ETIMEDOUT);
    assert_int_equal(answer(&taken, "fine"), -ESTALE);
}

/* Keys and passwords go this way. */
static void
nothing_stays_of_what_was_said(void **state)
{
    desk_rpc_t rpc, taken;

    static const char zeros[16];

    (void) state;
    rpc = ask_for("a secret", HOUR_MS);
    taken = take(rpc.entry, "a secret");
    assert_int_equal(answer(&taken, "another"), 0);
    assert_int_equal(desk_rpc_poll(&rpc, room, sizeof(room)), 7);
    assert_memory_equal(rpc.shared->ask, zeros, sizeof(zeros));
    assert_memory_equal(rpc.shared->answer, zeros, sizeof(zeros));

    rpc = ask_for("a secret", HOUR_MS);
    desk_rpc_abandon(&rpc);
    assert_memory_equal(rpc.shared->ask, zeros, sizeof(zeros));
    assert_int_equal(entries_free(), DESK_RPC_COUNT);
}

static void
an_error_is_an_answer(void **state)
{
    uint32_t   asker;
    desk_rpc_t rpc, taken;

    (void) state;
    rpc = ask_for("please", HOUR_MS);
    taken = take(rpc.entry, "please");
    assert_int_equal(desk_rpc_answer(&seg, &taken, -EHOSTUNREACH, "no way", 6,
                                     &asker),
                     0);
    assert_int_equal(desk_rpc_poll(&rpc, room, sizeof(room)), -EHOSTUNREACH);
    assert_int_equal(entries_free(), DESK_RPC_COUNT);
}

static void
sizes_have_bounds(void **state)
{
    uint32_t        worker, asker;
    desk_rpc_t      rpc, taken;
    desk_rpc_kind_e kind;

    (void) state;
    memset(bytes, 'b', sizeof(bytes));
    assert_int_equal(desk_rpc_ask(&seg, &ngx, DESK_RPC_PING, bytes,
                                  DESK_RPC_BYTES + 1, 10, &rpc, &worker),
                     -EMSGSIZE);

    assert_int_equal(desk_rpc_ask(&seg, &ngx, DESK_RPC_PING, NULL, 0, HOUR_MS,
                                  &rpc, &worker),
                     0);
    assert_int_equal(desk_rpc_take(&seg, &ai, rpc.entry, &taken, &kind, room),
                     0);
    assert_int_equal(desk_rpc_answer(&seg, &taken, 0, NULL, 0, &asker), 0);
    assert_int_equal(desk_rpc_poll(&rpc, NULL, 0), 0);

    assert_int_equal(desk_rpc_ask(&seg, &ngx, DESK_RPC_PING, bytes,
                                  DESK_RPC_BYTES, HOUR_MS, &rpc, &worker),
                     0);
    assert_int_equal(desk_rpc_take(&seg, &ai, rpc.entry, &taken, &kind, room),
                     DESK_RPC_BYTES);
    assert_int_equal(kind, DESK_RPC_PING);
    assert_memory_equal(room, bytes, DESK_RPC_BYTES);
    assert_int_equal(desk_rpc_answer(&seg, &taken, 0, bytes,
                                     DESK_RPC_BYTES + 1, &asker),
                     0);
    assert_int_equal(desk_rpc_poll(&rpc, room, sizeof(room)), -EMSGSIZE);

    assert_int_equal(desk_rpc_ask(&seg, &ngx, DESK_RPC_PING, bytes, 10,
                                  HOUR_MS, &rpc, &worker),
                     0);
    assert_int_equal(desk_rpc_take(&seg, &ai, rpc.entry, &taken, &kind, room),
                     10);
    assert_int_equal(desk_rpc_answer(&seg, &taken, 0, bytes, 100, &asker), 0);
    assert_int_equal(desk_rpc_poll(&rpc, room, 99), -EMSGSIZE);
    assert_int_equal(entries_free(), DESK_RPC_COUNT);
}

/* Whatever is written where lengths, kinds and names should be. */
static void
what_is_damaged_is_refused(void **state)
{
    uint32_t        asker;
    desk_rpc_t      rpc, taken;
    desk_rpc_kind_e kind;

    (void) state;
    rpc = ask_for("x", 0);
    atomic_store(&rpc.shared->ask_bytes, DESK_RPC_BYTES + 1);
    assert_int_equal(desk_rpc_take(&seg, &ai, rpc.entry, &taken, &kind, room),
                     -ENOENT);
    assert_int_equal(desk_rpc_poll(&rpc, room, sizeof(room)), -ETIMEDOUT);

    rpc = ask_for("x", 0);
    atomic_store(&rpc.shared->kind, DESK_RPC_KIND_COUNT);
    assert_int_equal(desk_rpc_take(&seg, &ai, rpc.entry, &taken, &kind, room),
                     -ENOENT);
    assert_int_equal(desk_rpc_poll(&rpc, room, sizeof(room)), -ETIMEDOUT);

    rpc = ask_for("x", 0);
    taken = take(rpc.entry, "x");
    atomic_store(&rpc.shared->asker, DESK_PROCESS_COUNT + 1);
    assert_int_equal(desk_rpc_answer(&seg, &taken, 0, "y", 1, &asker),
                     -ESTALE);

    rpc = ask_for("x", HOUR_MS);
    taken = take(rpc.entry, "x");
    assert_int_equal(answer(&taken, "y"), 0);
    atomic_store(&rpc.shared->answer_bytes, UINT32_MAX);
    assert_int_equal(desk_rpc_poll(&rpc, room, sizeof(room)), -EMSGSIZE);

    assert_int_equal(desk_rpc_take(&seg, &ai, DESK_RPC_COUNT, &taken, &kind,
                                   room),
                     -ENOENT);
    assert_int_equal(desk_rpc_take(&seg, &ai, UINT32_MAX, &taken, &kind,
                                   room),
                     -ENOENT);
    assert_int_equal(entries_free(), DESK_RPC_COUNT);
}

static void
only_who_was_asked_takes_it(void **state)
{
    desk_rpc_t      rpc, taken;
    desk_process_t  ai2;
    desk_rpc_kind_e kind;

    (void) state;
    rpc = ask_for("x", HOUR_MS);
    assert_int_equal(desk_process_enter(&seg, DESK_KIND_AI, &ai2), 0);
    assert_int_equal(desk_rpc_take(&seg, &ai2, rpc.entry, &taken, &kind,
                                   room),
                     -ENOENT);
    taken = take(rpc.entry, "x");
    assert_int_equal(desk_rpc_take(&seg, &ai, rpc.entry, &taken, &kind, room),
                     -ENOENT);
}

static void
without_a_worker_nobody_is_asked(void **state)
{
    uint32_t   worker;
    desk_rpc_t rpc;

    (void) state;
    assert_int_equal(desk_process_set_life(&ai, DESK_LIFE_DRAINING), 0);
    assert_int_equal(desk_rpc_ask(&seg, &ngx, DESK_RPC_PING, "x", 1, HOUR_MS,
                                  &rpc, &worker),
                     -ENOENT);
    assert_int_equal(entries_free(), DESK_RPC_COUNT);
}

static void
a_full_lane_refuses(void **state)
{
    uint32_t   i, worker;
    desk_rpc_t rpcs[DESK_RPC_COUNT], rpc, taken;

    (void) state;

    for (i = 0; i < DESK_RPC_COUNT; i++) {
        rpcs[i] = ask_for("x", HOUR_MS);
    }

    assert_int_equal(desk_rpc_ask(&seg, &ngx, DESK_RPC_PING, "x", 1, HOUR_MS,
                                  &rpc, &worker),
                     -EAGAIN);

    taken = take(rpcs[7].entry, "x");
    assert_int_equal(answer(&taken, "y"), 0);
    assert_int_equal(desk_rpc_poll(&rpcs[7], room, sizeof(room)), 1);
    rpc = ask_for("z", HOUR_MS);
    assert_int_equal(rpc.entry, rpcs[7].entry);
    assert_true(rpc.generation != rpcs[7].generation);

    for (i = 0; i < DESK_RPC_COUNT; i++) {
        desk_rpc_abandon(&rpcs[i]);
    }

    assert_int_equal(entries_free(), DESK_RPC_COUNT - 1);
    desk_rpc_abandon(&rpc);
    assert_int_equal(entries_free(), DESK_RPC_COUNT);
}

/* The worker died, or is slow: after the deadline nobody waits. */
static void
who_waits_too_long_is_told_so(void **state)
{
    desk_rpc_t      rpc, next, taken;
    desk_rpc_kind_e kind;

    (void) state;

    rpc = ask_for("x", 0);
    assert_int_equal(desk_rpc_poll(&rpc, room, sizeof(room)), -ETIMEDOUT);
    assert_int_equal(desk_rpc_take(&seg, &ai, rpc.entry, &taken, &kind, room),
                     -ENOENT);

    rpc = ask_for("x", 0);
    taken = take(rpc.entry, "x");
    assert_int_equal(desk_rpc_poll(&rpc, room, sizeof(room)), -ETIMEDOUT);
    assert_int_equal(entries_free(), DESK_RPC_COUNT);

    /* The late answer meets neither it nor who asks in its place. */
    next = ask_for("z", HOUR_MS);
    assert_int_equal(next.entry, rpc.entry);
    assert_int_equal(answer(&taken, "late"), -ESTALE);
    assert_int_equal(desk_rpc_poll(&next, room, sizeof(room)), -EAGAIN);
    assert_int_equal(desk_rpc_poll(&rpc, room, sizeof(room)), -ETIMEDOUT);
    taken = take(next.entry, "z");
    assert_int_equal(answer(&taken, "in time"), 0);
    assert_int_equal(desk_rpc_poll(&rpc, room, sizeof(room)), -ETIMEDOUT);
    desk_rpc_abandon(&rpc);
    assert_int_equal(desk_rpc_poll(&next, room, sizeof(room)), 7);

    /* An answer that came before it was looked for is one. */
    rpc = ask_for("x", 0);
    taken = take(rpc.entry, "x");
    assert_int_equal(answer(&taken, "y"), 0);
    assert_int_equal(desk_rpc_poll(&rpc, room, sizeof(room)), 1);
}

/* In each state that the dead may leave: the entry comes back by itself. */
static void
what_the_dead_left_is_used_again(void **state)
{
    uint32_t   i, round;
    uint64_t   word, age;
    desk_rpc_t rpc;

    (void) state;

    for (i = 1; i <= 5; i++) {
        for (round = 0; round < DESK_RPC_COUNT; round++) {
            rpc = ask_for("x", 0);
            word = rpc.generation << 8 | i;
            age = 11000;

            if (i == 1) {
                /* While it claims, the time of that counts. */
                word -= age << 8;
            } else {
                (void) atomic_fetch_sub(&rpc.shared->deadline_ms, age);
            }

            atomic_store(&rpc.shared->state, word);
        }
    }
}

/* While it fills its request, the deadline there is that of the one before. */
static void
one_that_is_just_claimed_is_not_stale(void **state)
{
    uint32_t   i;
    desk_rpc_t rpc, next;

    (void) state;

    for (i = 0; i < DESK_RPC_COUNT; i++) {
        atomic_store(&seg.rpc[i].deadline_ms, 1);
    }

    rpc = ask_for("x", HOUR_MS);
    atomic_store(&rpc.shared->deadline_ms, 1);
    atomic_store(&rpc.shared->state, rpc.generation << 8 | 1);
    next = ask_for("y", HOUR_MS);
    assert_int_not_equal(next.entry, rpc.entry);

    /* Nor does one that looks on shorten the time of another. */
    assert_true(atomic_load(&next.shared->deadline_ms)
                > desk_now_ms() + HOUR_MS - 10000);
}

/* Many ask and answer at once; who asks gets the answer to what it asked. */
static void
run_asker(uint64_t seed, uint32_t count, int hasty)
{
    int            rc;
    uint32_t       i, n, worker, done = 0;
    uint64_t       id = 0, got;
    desk_rpc_t     rpc;
    desk_process_t self;

    CHILD_ASSERT(desk_process_enter(&seg, DESK_KIND_NGINX, &self) == 0);

    for (i = 0; i < count; i++) {
        id = (uint64_t) getpid() << 32 | i;
        do {
            rc = desk_rpc_ask(&seg, &self, DESK_RPC_PING, &id, sizeof(id),
                              hasty ? fixture_random(&seed) % 3 : 60000, &rpc,
                              &worker);
            if (rc < 0) {
                CHILD_ASSERT(rc == -EAGAIN || rc == -ENOENT);
                (void) sched_yield();
            }
        } while (rc < 0);

        for (n = 0; hasty == 0 || n < fixture_random(&seed) % 64; n++) {
            rc = desk_rpc_poll(&rpc, &got, sizeof(got));
            if (rc != -EAGAIN) {
                break;
            }
            (void) sched_yield();
        }

        if (rc == (int) sizeof(got)) {
            CHILD_ASSERT(got == ~id);
            done++;
        } else {
            CHILD_ASSERT(hasty);
            CHILD_ASSERT(rc <= 0);
            desk_rpc_abandon(&rpc);
        }
    }

    CHILD_ASSERT(hasty || done == count);
    _exit(0);
}

static void
run_answerer(const _Atomic uint32_t *over)
{
    int             rc;
    uint32_t        entry, asker;
    uint64_t        id;
    uint8_t         ask[DESK_RPC_BYTES];
    desk_rpc_t      rpc;
    desk_process_t  self;
    desk_rpc_kind_e kind;

    CHILD_ASSERT(desk_process_enter(&seg, DESK_KIND_AI, &self) == 0);
    CHILD_ASSERT(desk_process_set_life(&self, DESK_LIFE_UP) == 0);

    while (!atomic_load(over)) {
        CHILD_ASSERT(desk_process_beat(&self) == 0);

        for (entry = 0; entry < DESK_RPC_COUNT; entry++) {
            rc = desk_rpc_take(&seg, &self, entry, &rpc, &kind, ask);
            if (rc < 0) {
                continue;
            }

            CHILD_ASSERT(rc == (int) sizeof(id));
            memcpy(&id, ask, sizeof(id));
            id = ~id;
            rc = desk_rpc_answer(&seg, &rpc, 0, &id, sizeof(id), &asker);
            CHILD_ASSERT(rc == 0 || rc == -ESTALE);
        }

        (void) sched_yield();
    }

    _exit(0);
}

static void
answers_are_never_mixed_up(void **state)
{
    int   i;
    pid_t askers[3], answerers[2];

    (void) state;
    desk_process_leave(&seg, &ai);

    for (i = 0; i < 2; i++) {
        answerers[i] = fixture_fork();
        if (answerers[i] == 0) {
            run_answerer(&seg.header->draining);
        }
    }

    for (i = 0; i < 3; i++) {
        askers[i] = fixture_fork();
        if (askers[i] == 0) {
            run_asker((uint64_t) i + 1, REQUESTS, i == 0);
        }
    }

    for (i = 0; i < 3; i++) {
        fixture_expect_exit(askers[i], 0);
    }

    atomic_store(&seg.header->draining, 1);
    for (i = 0; i < 2; i++) {
        fixture_expect_exit(answerers[i], 0);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_asked_is_answered),
        TEST(nothing_stays_of_what_was_said),
        TEST(an_error_is_an_answer),
        TEST(sizes_have_bounds),
        TEST(what_is_damaged_is_refused),
        TEST(only_who_was_asked_takes_it),
        TEST(without_a_worker_nobody_is_asked),
        TEST(a_full_lane_refuses),
        TEST(who_waits_too_long_is_told_so),
        TEST(what_the_dead_left_is_used_again),
        TEST(one_that_is_just_claimed_is_not_stale),
        TEST(answers_are_never_mixed_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
