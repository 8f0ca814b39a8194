/* SPDX-License-Identifier: BSD-2-Clause */

#include <pthread.h>
#include <sys/prctl.h>

#include "desk_fixture.h"
#include "desk_process.h"

static desk_segment_t seg;

static int
setup(void **state)
{
    (void) state;
    fixture_segment(&seg, "process", 8, 4096, 4096);

    return 0;
}

static int
teardown(void **state)
{
    (void) state;
    desk_segment_detach(&seg);

    return 0;
}

/* A process that entered, was killed, and is a zombie until waited for. */
static pid_t
enter_and_die(desk_kind_e kind, desk_process_t *self)
{
    int       pipes[2];
    pid_t     pid;
    siginfo_t info;

    assert_int_equal(pipe(pipes), 0);
    pid = fixture_fork();
    if (pid == 0) {
        CHILD_ASSERT(desk_process_enter(&seg, kind, self) == 0);
        CHILD_ASSERT(desk_process_set_life(self, DESK_LIFE_UP) == 0);
        CHILD_ASSERT(write(pipes[1], self, sizeof(*self)) > 0);
        (void) kill(getpid(), SIGKILL);
    }

    assert_int_equal(read(pipes[0], self, sizeof(*self)), sizeof(*self));
    (void) close(pipes[0]);
    (void) close(pipes[1]);
    assert_int_equal(waitid(P_PID, (id_t) pid, &info, WEXITED | WNOWAIT), 0);

    return pid;
}

static void
who_enters_can_be_seen_until_it_leaves(void **state)
{
    desk_process_t a, b;

    (void) state;
    assert_int_equal(desk_process_enter(&seg, DESK_KIND_NGINX, &a), 0);
    assert_int_equal(desk_process_enter(&seg, DESK_KIND_AI, &b), 0);
    assert_int_not_equal(a.index, b.index);
    assert_int_equal(desk_process_life(&seg, a.index), DESK_LIFE_STARTING);
    assert_int_equal(desk_process_kind(&seg, a.index), DESK_KIND_NGINX);
    assert_int_equal(desk_process_kind(&seg, b.index), DESK_KIND_AI);
    assert_int_equal(desk_process_generation(&seg, a.index), a.generation);
    assert_true(desk_process_exists(&seg, a.index));

    assert_int_equal(desk_process_set_life(&a, DESK_LIFE_UP), 0);
    assert_int_equal(desk_process_beat(&a), 0);
    assert_int_equal(desk_process_set_life(&a, DESK_LIFE_DRAINING), 0);
    assert_int_equal(desk_process_life(&seg, a.index), DESK_LIFE_DRAINING);

    desk_process_leave(&seg, &a);
    assert_int_equal(desk_process_life(&seg, b.index), DESK_LIFE_STARTING);
    assert_int_equal(desk_process_life(&seg, 0), DESK_LIFE_FREE);
    assert_int_equal(seg.processes[0].pid, 0);
    desk_process_leave(&seg, &a);
}

static void
an_entry_of_old_is_not_that_of_now(void **state)
{
    uint64_t       beat;
    desk_process_t old, now;

    (void) state;
    assert_int_equal(desk_process_enter(&seg, DESK_KIND_AI, &old), 0);
    assert_true(desk_process_bury(&seg, old.index, old.generation));
    assert_int_equal(desk_process_beat(&old), -ESTALE);
    assert_int_equal(desk_process_set_life(&old, DESK_LIFE_UP), -ESTALE);
    desk_process_free(&seg, old.index);
    assert_int_equal(desk_process_beat(&old), -ESTALE);

    assert_int_equal(desk_process_enter(&seg, DESK_KIND_AI, &now), 0);
    assert_int_equal(now.index, old.index);
    assert_true(now.generation > old.generation);
    atomic_store(&now.shared->heartbeat_ms, 5);
    beat = 5;

    /* It wakes: its heart must not beat for the other. */
    assert_int_equal(desk_process_beat(&old), -ESTALE);
    assert_int_equal(atomic_load(&now.shared->heartbeat_ms), beat);
    assert_int_equal(desk_process_set_life(&old, DESK_LIFE_UP), -ESTALE);
    desk_process_leave(&seg, &old);
    assert_int_equal(desk_process_life(&seg, now.index), DESK_LIFE_STARTING);
    assert_int_equal(desk_process_beat(&now), 0);
}

static void
a_full_table_refuses(void **state)
{
    uint32_t       i;
    desk_process_t self;

    (void) state;

    for (i = 0; i < DESK_PROCESS_COUNT; i++) {
        assert_int_equal(desk_process_enter(&seg, DESK_KIND_AI, &self), 0);
        assert_int_equal(self.index, i);
    }

    assert_int_equal(desk_process_enter(&seg, DESK_KIND_AI, &self), -ENOSPC);
}

static void
a_full_table_has_the_places_of_the_dead(void **state)
{
    pid_t          pid;
    uint32_t       i;
    desk_process_t self, dead;

    (void) state;
    pid = enter_and_die(DESK_KIND_NGINX, &dead);

    for (i = 1; i < DESK_PROCESS_COUNT; i++) {
        assert_int_equal(desk_process_enter(&seg, DESK_KIND_AI, &self), 0);
    }

    /* With its caller still in it: that is for the supervisor. */
    atomic_store(&seg.states[5], UINT64_C(1) << 32
                                     | (uint64_t) (dead.index + 1) << 8
                                     | DESK_SLOT_NGX);
    assert_int_equal(desk_process_enter(&seg, DESK_KIND_AI, &self), -ENOSPC);
    assert_int_equal(desk_process_life(&seg, dead.index), DESK_LIFE_UP);

    atomic_store(&seg.states[5], UINT64_C(1) << 32);
    assert_int_equal(desk_process_enter(&seg, DESK_KIND_AI, &self), 0);
    assert_int_equal(self.index, dead.index);
    assert_int_equal(self.generation, dead.generation + 1);
    fixture_expect_killed(pid);
}

static void
who_leaves_slots_behind_stays_to_be_buried(void **state)
{
    desk_process_t ngx, ai;

    (void) state;
    assert_int_equal(desk_process_enter(&seg, DESK_KIND_NGINX, &ngx), 0);
    assert_int_equal(desk_process_enter(&seg, DESK_KIND_AI, &ai), 0);
    atomic_store(&seg.states[0],
                 (uint64_t) (ngx.index + 1) << 8 | DESK_SLOT_NGX);
    atomic_store(&seg.states[1], DESK_SLOT_AI);
    atomic_store(&seg.slots[1].ai_owner, UINT64_C(7) << 32 | (ai.index + 1));

    desk_process_leave(&seg, &ngx);
    desk_process_leave(&seg, &ai);
    assert_int_equal(desk_process_life(&seg, 0), DESK_LIFE_DEAD);
    assert_int_equal(desk_process_life(&seg, 1), DESK_LIFE_DEAD);
}

static void
a_zombie_does_not_exist(void **state)
{
    pid_t          pid;
    desk_process_t dead;

    (void) state;
    pid = enter_and_die(DESK_KIND_AI, &dead);
    assert_int_equal(atomic_load(&seg.processes[dead.index].pid), pid);
    assert_int_equal(kill(pid, 0), 0); /* this is what would be wrong */
    assert_false(desk_process_exists(&seg, dead.index));
    assert_int_equal(desk_process_start_time(pid), 0);
    fixture_expect_killed(pid);
    assert_false(desk_process_exists(&seg, dead.index));
}

static void
a_pid_that_is_anothers_now_does_not_count(void **state)
{
    desk_process_t self;

    (void) state;
    assert_int_equal(desk_process_enter(&seg, DESK_KIND_AI, &self), 0);
    assert_int_equal(desk_process_start_time(getpid()),
                     atomic_load(&self.shared->start_time));
    assert_true(desk_process_exists(&seg, self.index));
    (void) atomic_fetch_sub(&self.shared->start_time, 1);
    assert_false(desk_process_exists(&seg, self.index));
    assert_int_equal(desk_process_start_time(0), 0);
    assert_int_equal(desk_process_start_time(-1), 0);
}

/* The name stands in the middle of the line and may be anything. */
static void
a_name_with_parentheses_does_not_confuse(void **state)
{
    uint64_t start = desk_process_start_time(getpid());

    (void) state;
    assert_int_equal(prctl(PR_SET_NAME, ") Z 1 2) X 3"), 0);
    assert_int_equal(desk_process_start_time(getpid()), start);
    assert_int_equal(prctl(PR_SET_NAME, "desk_process"), 0);
}

/* Entry taken, the rest not written yet; the values are the last one's. */
static void
who_is_just_entering_exists(void **state)
{
    desk_process_t self;

    (void) state;
    assert_int_equal(desk_process_enter(&seg, DESK_KIND_AI, &self), 0);
    desk_process_leave(&seg, &self);
    assert_int_equal(desk_process_enter(&seg, DESK_KIND_AI, &self), 0);
    assert_in_range(desk_now_ms() - atomic_load(&self.shared->heartbeat_ms),
                    0, DESK_HEARTBEAT_LOST_MS);

    atomic_store(&self.shared->pid, 0);
    assert_true(desk_process_exists(&seg, self.index));

    /* But not for ever. */
    (void) atomic_fetch_sub(&self.shared->heartbeat_ms,
                            DESK_HEARTBEAT_LOST_MS + 1);
    assert_false(desk_process_exists(&seg, self.index));
}

/* Supervisors look while others come: none may be taken for its predecessor. */
static void
nobody_is_declared_dead_while_it_enters(void **state)
{
    int            i, status;
    pid_t          pid;
    uint64_t       life;
    desk_process_t self;

    (void) state;

    pid = fixture_fork();
    if (pid == 0) {
        for (i = 0; i < 3000 / FIXTURE_SLOW; i++) {
            CHILD_ASSERT(desk_process_enter(&seg, DESK_KIND_AI, &self) == 0);
            CHILD_ASSERT(desk_process_beat(&self) == 0);
            desk_process_leave(&seg, &self);
        }
        _exit(0);
    }

    while (waitpid(pid, &status, WNOHANG) == 0) {
        life = atomic_load(&seg.processes[0].life);

        if ((life & 0xff) == DESK_LIFE_STARTING
            && !desk_process_exists(&seg, 0)
            && atomic_load(&seg.processes[0].life) == life)
        {
            (void) desk_process_bury(&seg, 0, life >> 8);
        }
    }

    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static _Atomic uint32_t buried;

static void *
burier(void *data)
{
    desk_process_t *victim = data;

    if (desk_process_bury(&seg, victim->index, victim->generation)) {
        (void) atomic_fetch_add(&buried, 1);
    }

    return NULL;
}

static void
of_many_one_buries(void **state)
{
    int            i, round;
    pthread_t      threads[4];
    desk_process_t victim;

    (void) state;
    atomic_store(&buried, 0);

    for (round = 1; round <= 200; round++) {
        assert_int_equal(desk_process_enter(&seg, DESK_KIND_AI, &victim), 0);

        for (i = 0; i < 4; i++) {
            assert_int_equal(pthread_create(&threads[i], NULL, burier,
                                            &victim),
                             0);
        }

        for (i = 0; i < 4; i++) {
            assert_int_equal(pthread_join(threads[i], NULL), 0);
        }

        assert_int_equal(atomic_load(&buried), round);
        assert_int_equal(desk_process_life(&seg, victim.index),
                         DESK_LIFE_DEAD);
        assert_false(desk_process_bury(&seg, victim.index,
                                       victim.generation));
        desk_process_free(&seg, victim.index);

        /* Nor a free one, nor one of another generation. */
        assert_false(desk_process_bury(&seg, victim.index,
                                       victim.generation));
    }
}

static void
only_the_dead_are_freed(void **state)
{
    desk_process_t self;

    (void) state;
    assert_int_equal(desk_process_enter(&seg, DESK_KIND_AI, &self), 0);
    assert_int_equal(desk_process_set_life(&self, DESK_LIFE_UP), 0);
    desk_process_free(&seg, self.index);
    assert_int_equal(desk_process_life(&seg, self.index), DESK_LIFE_UP);
    assert_int_equal(atomic_load(&self.shared->pid), getpid());
    assert_int_equal(desk_process_beat(&self), 0);
}

static void
what_was_counted_outlives_who_counted(void **state)
{
    int            i;
    pid_t          pid;
    desk_process_t dead, self;

    (void) state;
    assert_int_equal(desk_counter_sum(&seg, DESK_COUNT_CALLS), 0);

    for (i = 1; i <= 5; i++) {
        pid = fixture_fork();
        if (pid == 0) {
            CHILD_ASSERT(desk_process_enter(&seg, DESK_KIND_AI, &self) == 0);
            desk_count(&self, DESK_COUNT_CALLS, 2);
            desk_count(&self, DESK_COUNT_CALLS, 1);
            desk_count(&self, DESK_COUNT_TURNS, 10);
            (void) kill(getpid(), SIGKILL);
        }

        fixture_expect_killed(pid);
        assert_int_equal(desk_counter_sum(&seg, DESK_COUNT_CALLS), 3 * i);
        dead.index = 0;
        assert_true(desk_process_bury(
            &seg, 0, desk_process_generation(&seg, 0)));
        assert_int_equal(desk_counter_sum(&seg, DESK_COUNT_CALLS), 3 * i);
        desk_process_free(&seg, dead.index);
        assert_int_equal(desk_counter_sum(&seg, DESK_COUNT_CALLS), 3 * i);
        assert_int_equal(desk_counter_sum(&seg, DESK_COUNT_TURNS), 10 * i);
        assert_int_equal(desk_counter_sum(&seg, DESK_COUNT_UNDERRUNS), 0);
    }
}

static void
the_least_busy_that_is_up_is_picked(void **state)
{
    uint32_t       i, index = 77;
    desk_process_t p[6];

    static const struct {
        desk_kind_e kind;
        desk_life_e life;
        uint32_t    calls;
        int         beats;
    } cases[6] = {
        { DESK_KIND_AI, DESK_LIFE_UP, 5, 1 },
        { DESK_KIND_NGINX, DESK_LIFE_UP, 0, 1 },
        { DESK_KIND_AI, DESK_LIFE_DRAINING, 0, 1 },
        { DESK_KIND_AI, DESK_LIFE_STARTING, 0, 1 },
        { DESK_KIND_AI, DESK_LIFE_UP, 1, 0 },
        { DESK_KIND_AI, DESK_LIFE_UP, 4, 1 },
    };

    (void) state;
    assert_int_equal(desk_process_pick(&seg, DESK_KIND_AI, &index), -ENOENT);
    assert_int_equal(index, 77);

    for (i = 0; i < 6; i++) {
        assert_int_equal(desk_process_enter(&seg, cases[i].kind, &p[i]), 0);
        (void) desk_process_set_life(&p[i], cases[i].life);
        atomic_store(&p[i].shared->calls, cases[i].calls);

        if (!cases[i].beats) {
            (void) atomic_fetch_sub(&p[i].shared->heartbeat_ms,
                                    DESK_HEARTBEAT_LOST_MS + 50);
        }
    }

    assert_int_equal(desk_process_pick(&seg, DESK_KIND_AI, &index), 0);
    assert_int_equal(index, p[5].index);

    assert_int_equal(desk_process_beat(&p[4]), 0);
    assert_int_equal(desk_process_pick(&seg, DESK_KIND_AI, &index), 0);
    assert_int_equal(index, p[4].index);

    assert_true(desk_process_bury(&seg, p[4].index, p[4].generation));
    assert_int_equal(desk_process_pick(&seg, DESK_KIND_NGINX, &index), 0);
    assert_int_equal(index, p[1].index);
    atomic_store(&p[0].shared->calls, 3);
    assert_int_equal(desk_process_pick(&seg, DESK_KIND_AI, &index), 0);
    assert_int_equal(index, p[0].index);
}

static void
who_is_killed_is_the_one_of_the_entry(void **state)
{
    int            pipes[2], status;
    pid_t          pid;
    uint64_t       start;
    desk_process_t self, mine;

    (void) state;
    assert_int_equal(desk_process_enter(&seg, DESK_KIND_SUPERVISOR, &mine),
                     0);
    assert_int_equal(pipe(pipes), 0);
    pid = fixture_fork();
    if (pid == 0) {
        CHILD_ASSERT(desk_process_enter(&seg, DESK_KIND_AI, &self) == 0);
        CHILD_ASSERT(write(pipes[1], &self, sizeof(self)) > 0);
        (void) raise(SIGSTOP);
        for (;;) {
            (void) pause();
        }
    }

    assert_int_equal(read(pipes[0], &self, sizeof(self)), sizeof(self));
    (void) close(pipes[0]);
    (void) close(pipes[1]);
    assert_int_equal(waitpid(pid, &status, WUNTRACED), pid);

    /* Another has its pid by now: that one must live. */
    start = atomic_load(&seg.processes[self.index].start_time);
    atomic_store(&seg.processes[self.index].start_time, start + 1);
    assert_int_equal(desk_process_kill(&seg, self.index), -ESRCH);
    assert_int_equal(waitpid(pid, &status, WNOHANG), 0);
    atomic_store(&seg.processes[self.index].start_time, start);

    assert_int_equal(desk_process_kill(&seg, mine.index), -ESRCH);
    assert_int_equal(desk_process_kill(&seg, 60), -ESRCH);

    /* Frozen or not. */
    assert_int_equal(desk_process_kill(&seg, self.index), 0);
    fixture_expect_killed(pid);
    assert_int_equal(desk_process_kill(&seg, self.index), -ESRCH);
}

/* They come, count and are killed, in any moment; none is lost or stays. */
static void
many_come_and_die(void **state)
{
    int            i, n, alive = 0;
    pid_t          pids[6] = { 0 };
    uint32_t       index;
    uint64_t       last = 0, sum, seed = 0x1234567;
    desk_process_t self;

    (void) state;

    for (n = 0; n < 400 / FIXTURE_SLOW || alive > 0; n++) {
        i = (int) (fixture_random(&seed) % 6);

        if (pids[i] == 0 && n < 400 / FIXTURE_SLOW) {
            pids[i] = fixture_fork();
            if (pids[i] == 0) {
                CHILD_ASSERT(desk_process_enter(&seg, DESK_KIND_AI, &self)
                             == 0);
                CHILD_ASSERT(desk_process_set_life(&self, DESK_LIFE_UP) == 0);
                while (desk_process_beat(&self) == 0) {
                    desk_count(&self, DESK_COUNT_TURNS, 1);
                }
                _exit(98);
            }
            alive++;

        } else if (pids[i] != 0) {
            (void) kill(pids[i], SIGKILL);
            fixture_expect_killed(pids[i]);
            pids[i] = 0;
            alive--;

            for (index = 0; index < DESK_PROCESS_COUNT; index++) {
                uint64_t life = atomic_load(&seg.processes[index].life);

                if ((life & 0xff) != DESK_LIFE_FREE
                    && !desk_process_exists(&seg, index)
                    && atomic_load(&seg.processes[index].heartbeat_ms) != 0
                    && atomic_load(&seg.processes[index].pid) != 0
                    && desk_process_bury(&seg, index, life >> 8))
                {
                    desk_process_free(&seg, index);
                }
            }
        }

        sum = desk_counter_sum(&seg, DESK_COUNT_TURNS);
        assert_true(sum >= last);
        last = sum;
    }

    for (index = 0; index < DESK_PROCESS_COUNT; index++) {
        /* Killed between taking the entry and writing its pid, it is left. */
        if (desk_process_life(&seg, index) == DESK_LIFE_STARTING
            && atomic_load(&seg.processes[index].pid) == 0)
        {
            atomic_store(&seg.processes[index].heartbeat_ms, 0);
            assert_false(desk_process_exists(&seg, index));
            continue;
        }

        assert_int_equal(desk_process_life(&seg, index), DESK_LIFE_FREE);
    }
}

static void
a_ready_bit_is_taken_once(void **state)
{
    uint32_t       word;
    uint64_t       bits;
    desk_process_t self, next;

    (void) state;
    assert_int_equal(desk_process_enter(&seg, DESK_KIND_AI, &self), 0);
    assert_int_equal(desk_ready_take(&seg, self.index, 0), 0);
    desk_ready_set(&seg, self.index, 3);
    desk_ready_set(&seg, self.index, desk_ready_rpc_bit(&seg, 0));
    bits = desk_ready_take(&seg, self.index, 0);
    assert_int_equal(bits, UINT64_C(1) << 3 | UINT64_C(1) << 8);
    assert_int_equal(desk_ready_take(&seg, self.index, 0), 0);

    /* They are the process's, not the entry's. */
    desk_ready_set(&seg, self.index, 3);
    desk_process_leave(&seg, &self);
    assert_int_equal(desk_process_enter(&seg, DESK_KIND_AI, &next), 0);
    for (word = 0; word < seg.ready_words; word++) {
        assert_int_equal(desk_ready_take(&seg, next.index, word), 0);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(who_enters_can_be_seen_until_it_leaves),
        TEST(an_entry_of_old_is_not_that_of_now),
        TEST(a_full_table_refuses),
        TEST(a_full_table_has_the_places_of_the_dead),
        TEST(who_leaves_slots_behind_stays_to_be_buried),
        TEST(a_zombie_does_not_exist),
        TEST(a_pid_that_is_anothers_now_does_not_count),
        TEST(a_name_with_parentheses_does_not_confuse),
        TEST(who_is_just_entering_exists),
        TEST(nobody_is_declared_dead_while_it_enters),
        TEST(of_many_one_buries),
        TEST(only_the_dead_are_freed),
        TEST(what_was_counted_outlives_who_counted),
        TEST(the_least_busy_that_is_up_is_picked),
        TEST(who_is_killed_is_the_one_of_the_entry),
        TEST(many_come_and_die),
        TEST(a_ready_bit_is_taken_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
