/* SPDX-License-Identifier: BSD-2-Clause */

#include "desk_fixture.h"
#include "desk_slot.h"

/* To be built with -DDESK_RING_STEPS. */

#define SLOTS 8

static desk_segment_t  seg;
static desk_process_t  ngx, ai, ai2, boss;
static desk_doorbell_t bell;
static desk_card_t     card;

static desk_process_t
enter(desk_kind_e kind)
{
    desk_process_t self;

    assert_int_equal(desk_process_enter(&seg, kind, &self), 0);
    assert_int_equal(desk_process_set_life(&self, DESK_LIFE_UP), 0);

    return self;
}

static int
setup(void **state)
{
    (void) state;
    fixture_segment(&seg, "slot", SLOTS, 16384, 16384);
    boss = enter(DESK_KIND_SUPERVISOR);
    ngx = enter(DESK_KIND_NGINX);
    ai = enter(DESK_KIND_AI);
    memset(&ai2, 0, sizeof(ai2));
    assert_int_equal(desk_doorbell_open(&bell, &seg, &boss), 0);
    memset(&card, 0, sizeof(card));
    (void) strcpy(card.call_id, "call");
    desk_ring_step = NULL;

    return 0;
}

static int
teardown(void **state)
{
    (void) state;
    desk_ring_step = NULL;
    desk_doorbell_close(&bell);
    desk_segment_detach(&seg);

    return 0;
}

static desk_slot_t
claim(void)
{
    desk_slot_t slot;

    assert_int_equal(desk_slot_claim(&seg, &ngx, &card, 16384, 16384, &slot),
                     0);

    return slot;
}

static desk_slot_t
open_by(const desk_process_t *self, uint32_t index)
{
    desk_slot_t slot;

    assert_int_equal(desk_slot_open(&seg, self, index, &slot), 0);

    return slot;
}

static uint32_t
calls_of(const desk_process_t *self)
{
    return atomic_load(&seg.processes[self->index].calls);
}

/* As the supervisor does it; the entry is free after. */
static uint32_t
bury(const desk_process_t *dead)
{
    uint32_t left;

    assert_true(desk_process_bury(&seg, dead->index, dead->generation));
    (void) desk_slot_give_away(&seg, dead->index, &bell, &left);
    if (left == 0) {
        desk_process_free(&seg, dead->index);
    }

    return left;
}

static int
told(const desk_process_t *self, uint32_t index)
{
    return (int) (desk_ready_take(&seg, self->index, 0) >> index & 1);
}

static int
send_text(desk_ring_writer_t *w, const char *text)
{
    int rc = desk_ring_put(w, DESK_RECORD_TEXT, 0, 0, text,
                           (uint32_t) strlen(text));

    return rc < 0 ? rc : desk_ring_publish(w);
}

static void
expect_text(desk_ring_reader_t *r, const char *text)
{
    uint8_t       copy[DESK_RECORD_MAX];
    desk_record_t record;

    assert_int_equal(desk_ring_next(r, &record, copy), 1);
    assert_int_equal(record.type, DESK_RECORD_TEXT);
    assert_int_equal(record.length, strlen(text));
    assert_memory_equal(record.data, text, record.length);
    desk_ring_release(r);
}

static void
expect_silence(desk_ring_reader_t *r)
{
    uint8_t       copy[DESK_RECORD_MAX];
    desk_record_t record;

    assert_int_equal(desk_ring_next(r, &record, copy), 0);
    desk_ring_release(r);
}

static void
a_call_has_two_sides_and_two_rings(void **state)
{
    desk_slot_t        mine, yours;
    desk_ring_reader_t up, down;
    desk_ring_writer_t up_w, down_w;

    (void) state;
    mine = claim();
    assert_int_equal(desk_slot_free_count(&seg), SLOTS - 1);
    assert_int_equal(calls_of(&ai), 1);
    assert_int_equal(desk_slot_ai_index(&mine), ai.index);
    assert_int_equal(desk_slot_ngx_index(&mine), ngx.index);
    assert_true(desk_slot_has_stream(&mine));
    assert_int_equal(desk_slot_ngx_rings(&seg, &mine, &up_w, &down), 0);
    assert_int_equal(send_text(&up_w, "hello"), 0);

    yours = open_by(&ai, mine.index);
    assert_string_equal(yours.shared->card.call_id, "call");
    assert_true(desk_slot_is_mine(&yours, &ai));
    assert_false(desk_slot_is_mine(&yours, &ngx));
    assert_false(desk_slot_is_adopted(&yours));
    assert_int_equal(desk_slot_ai_rings(&seg, &yours, &up, &down_w), 0);
    expect_text(&up, "hello");
    assert_int_equal(send_text(&down_w, "good morning"), 0);
    expect_text(&down, "good morning");
    expect_silence(&up);
    expect_silence(&down);
}

/*
 * What a call before said is still in the ring, as far as nobody said more.
 * One word of damage must not be enough to hear it.
 */
static void
nothing_is_left_of_what_a_call_before_said(void **state)
{
    int                i, rc;
    uint8_t            copy[DESK_RECORD_MAX];
    uint64_t           said[16];
    desk_slot_t        mine, yours;
    desk_record_t      record;
    desk_ring_reader_t up, down;
    desk_ring_writer_t up_w, down_w;

    (void) state;

    /* Wherever reading begins, it finds what looks like a record. */
    for (i = 0; i < 16; i++) {
        said[i] = desk_record_word(DESK_RECORD_AUDIO, 0, 7, 16);
    }

    mine = claim();
    assert_int_equal(desk_slot_ngx_rings(&seg, &mine, &up_w, &down), 0);
    yours = open_by(&ai, mine.index);
    assert_int_equal(desk_slot_ai_rings(&seg, &yours, &up, &down_w), 0);

    for (i = 0; i < 200; i++) {
        assert_int_equal(desk_ring_put(&up_w, DESK_RECORD_AUDIO, 0, 7, said,
                                       sizeof(said)),
                         0);
        rc = desk_ring_put(&down_w, DESK_RECORD_AUDIO, 0, 7, said,
                           sizeof(said));
        assert_true(rc == 0 || rc == -EAGAIN);
    }

    assert_int_equal(desk_ring_publish(&up_w), 0);
    assert_int_equal(desk_ring_publish(&down_w), 0);
    desk_slot_ai_release(&seg, &yours, &ai);
    desk_slot_ngx_release(&seg, &mine);

    assert_int_equal(claim().index, mine.index);
    (void) atomic_fetch_add(&mine.shared->up.tail, 4096);
    (void) atomic_fetch_add(&mine.shared->down.tail, 4096);

    yours = open_by(&ai, mine.index);
    assert_int_equal(desk_slot_ai_rings(&seg, &yours, &up, &down_w), 0);
    assert_true(desk_ring_next(&up, &record, copy) <= 0);

    assert_int_equal(desk_ring_reader_attach(&down, &mine.shared->down,
                                             mine.down_data, 16384,
                                             DESK_RING_WAITS, NULL),
                     0);
    assert_true(desk_ring_next(&down, &record, NULL) <= 0);
}

static void
the_last_one_out_frees_it(void **state)
{
    int         order;
    desk_slot_t mine, yours;

    (void) state;

    for (order = 0; order < 4; order++) {
        mine = claim();
        yours = open_by(&ai, mine.index);

        if (order % 2) {
            desk_slot_ngx_release(&seg, &mine);
            assert_false(desk_slot_has_stream(&yours));
            assert_int_equal(desk_slot_ngx_index(&yours), -1);
            assert_true(desk_slot_is_mine(&yours, &ai));
            assert_int_equal(desk_slot_free_count(&seg), SLOTS - 1);
            desk_slot_ai_release(&seg, &yours, &ai);

        } else {
            desk_slot_ai_release(&seg, &yours, &ai);
            assert_int_equal(desk_slot_ai_index(&mine), -1);
            assert_false(desk_slot_is_mine(&yours, &ai));
            assert_int_equal(calls_of(&ai), 0);
            assert_true(desk_slot_has_stream(&mine));
            assert_int_equal(desk_slot_free_count(&seg), SLOTS - 1);
            desk_slot_ngx_release(&seg, &mine);
        }

        assert_int_equal(desk_slot_free_count(&seg), SLOTS);
        assert_int_equal(calls_of(&ai), 0);

        /* Twice does nothing. */
        desk_slot_ngx_release(&seg, &mine);
        desk_slot_ai_release(&seg, &yours, &ai);
        assert_int_equal(calls_of(&ai), 0);
    }
}

static void
what_cannot_be_claimed_leaves_nothing(void **state)
{
    int         i;
    desk_slot_t slot, slots[SLOTS];

    (void) state;
    assert_int_equal(desk_slot_claim(&seg, &ngx, &card, 100, 4096, &slot),
                     -EINVAL);
    assert_int_equal(desk_slot_claim(&seg, &ngx, &card, 4096, 0, &slot),
                     -EINVAL);

    for (i = 0; i < SLOTS; i++) {
        slots[i] = claim();
    }

    assert_int_equal(desk_slot_claim(&seg, &ngx, &card, 4096, 4096, &slot),
                     -ENOSPC);
    assert_int_equal(calls_of(&ai), SLOTS);
    slot = open_by(&ai, slots[3].index);
    desk_slot_ai_release(&seg, &slot, &ai);
    desk_slot_ngx_release(&seg, &slots[3]);
    slots[3] = claim();
    assert_int_equal(slots[3].index, 3);

    slot = open_by(&ai, 5);
    desk_slot_ai_release(&seg, &slot, &ai);
    desk_slot_ngx_release(&seg, &slots[5]);
    assert_int_equal(desk_process_set_life(&ai, DESK_LIFE_DRAINING), 0);
    assert_int_equal(desk_slot_claim(&seg, &ngx, &card, 4096, 4096, &slot),
                     -ENOENT);
    assert_int_equal(desk_slot_free_count(&seg), 1);
}

static void
only_the_owner_opens_it(void **state)
{
    desk_slot_t mine, slot;

    (void) state;
    assert_int_equal(desk_slot_open(&seg, &ai, 0, &slot), -ENOENT);
    mine = claim();
    ai2 = enter(DESK_KIND_AI);
    assert_int_equal(desk_slot_open(&seg, &ai2, mine.index, &slot), -ENOENT);
    assert_int_equal(desk_slot_open(&seg, &ai, SLOTS, &slot), -ENOENT);
    assert_int_equal(desk_slot_open(&seg, &ai, UINT32_MAX, &slot), -ENOENT);
    slot = open_by(&ai, mine.index);
    desk_slot_ai_release(&seg, &slot, &ai);
    assert_int_equal(desk_slot_open(&seg, &ai, mine.index, &slot), -ENOENT);
}

static void
a_call_outlives_its_worker(void **state)
{
    uint64_t           replay;
    desk_slot_t        mine, old, now;
    desk_ring_reader_t up, up2, down;
    desk_ring_writer_t up_w, down_w, down_w2;

    (void) state;
    mine = claim();
    assert_int_equal(desk_slot_ngx_rings(&seg, &mine, &up_w, &down), 0);
    old = open_by(&ai, mine.index);
    assert_int_equal(desk_slot_ai_rings(&seg, &old, &up, &down_w), 0);
    assert_int_equal(send_text(&up_w, "one"), 0);
    assert_int_equal(send_text(&up_w, "two"), 0);
    assert_int_equal(send_text(&up_w, "three"), 0);
    expect_text(&up, "one");
    replay = up.cursor;
    expect_text(&up, "two");
    atomic_store(&old.shared->up.replay, replay);
    desk_ring_release(&up);
    assert_int_equal(send_text(&down_w, "said"), 0);
    expect_text(&down, "said");
    assert_int_equal(desk_ring_put(&down_w, DESK_RECORD_AUDIO, 0, 0, "half",
                                   4),
                     0);

    ai2 = enter(DESK_KIND_AI);
    assert_int_equal(bury(&ai), 0);

    assert_int_equal(desk_slot_ai_index(&mine), ai2.index);
    assert_true(told(&ai2, mine.index));
    assert_int_equal(calls_of(&ai2), 1);
    now = open_by(&ai2, mine.index);
    assert_int_equal(now.epoch, old.epoch + 1);
    assert_int_equal(atomic_load(&now.shared->deaths), 0);
    assert_int_equal(atomic_load(&now.shared->losses), 1);
    assert_true(desk_slot_is_adopted(&now));
    assert_true(desk_slot_is_mine(&now, &ai2));
    assert_int_equal(desk_slot_ai_rings(&seg, &now, &up2, &down_w2), 0);
    assert_true(down_w2.tail >= (down_w.published & 0xffffffffffffULL)
                                    + DESK_RING_GUARD);
    expect_text(&up2, "two");
    expect_text(&up2, "three");
    expect_silence(&up2);
    assert_int_equal(send_text(&down_w2, "as I was saying"), 0);
    expect_text(&down, "as I was saying");

    /* The old one was only frozen. */
    assert_false(desk_slot_is_mine(&old, &ai));
    assert_int_equal(send_text(&down_w, "boo"), -ESTALE);
    assert_int_equal(desk_ring_publish(&down_w), -ESTALE);
    desk_slot_ai_release(&seg, &old, &ai);
    assert_true(desk_slot_is_mine(&now, &ai2));
    assert_int_equal(desk_slot_open(&seg, &ai, mine.index, &old), -ENOENT);
    expect_silence(&down);

    desk_slot_ngx_release(&seg, &mine);
    desk_slot_ai_release(&seg, &now, &ai2);
    assert_int_equal(desk_slot_free_count(&seg), SLOTS);
    assert_int_equal(calls_of(&ai2), 0);
}

/* Its handle speaks of the same slot, and even of the same worker's place. */
static void
two_deaths_in_half_a_minute_make_a_call_deadly(void **state)
{
    uint64_t       at;
    desk_slot_t    mine, now;
    desk_process_t ai3, ai4;

    (void) state;
    mine = claim();
    ai2 = enter(DESK_KIND_AI);
    desk_process_take_in_hand(&ai, (int) mine.index);
    assert_int_equal(bury(&ai), 0);
    now = open_by(&ai2, mine.index);
    assert_false(desk_slot_is_deadly(&now));

    /* The first was long ago: it does not count any more. */
    at = atomic_load(&now.shared->death_ms) - DESK_SLOT_DEATHS_MS - 1;
    atomic_store(&now.shared->death_ms, at);
    ai3 = enter(DESK_KIND_AI);
    desk_process_take_in_hand(&ai2, (int) mine.index);
    assert_int_equal(bury(&ai2), 0);
    now = open_by(&ai3, mine.index);
    assert_false(desk_slot_is_deadly(&now));

    desk_process_take_in_hand(&ai3, (int) mine.index);
    ai4 = enter(DESK_KIND_AI);
    assert_int_equal(bury(&ai3), 0);
    now = open_by(&ai4, mine.index);
    assert_true(desk_slot_is_deadly(&now));

    /* And so it stays; the next call in the slot is another one. */
    atomic_store(&now.shared->death_ms, at);
    ai2 = enter(DESK_KIND_AI);
    assert_int_equal(bury(&ai4), 0);
    now = open_by(&ai2, mine.index);
    assert_true(desk_slot_is_deadly(&now));
    desk_slot_ngx_release(&seg, &mine);
    desk_slot_ai_release(&seg, &now, &ai2);
    mine = claim();
    assert_false(desk_slot_is_deadly(&mine));
}

static void
a_call_that_only_was_there_is_deadly_at_the_fourth_death(void **state)
{
    int            i;
    desk_slot_t    mine, now;
    desk_process_t owner = ai, heir;

    (void) state;
    mine = claim();

    for (i = 1; i <= DESK_SLOT_LOSSES_MAX; i++) {
        heir = enter(DESK_KIND_AI);
        desk_process_take_in_hand(&owner, i == 1 ? (int) mine.index + 1 : -1);
        assert_int_equal(bury(&owner), 0);
        now = open_by(&heir, mine.index);
        assert_int_equal(desk_slot_is_deadly(&now),
                         i == DESK_SLOT_LOSSES_MAX);
        owner = heir;
    }
}

static void
an_owner_of_the_call_before_owns_nothing(void **state)
{
    int                round;
    desk_slot_t        mine, old, now;
    desk_process_t     next;
    desk_ring_reader_t up, up2, down;
    desk_ring_writer_t up_w, down_w, down_w2;

    (void) state;

    for (round = 0; round < 2; round++) {
        mine = claim();
        old = open_by(&ai, mine.index);
        assert_int_equal(desk_slot_ai_rings(&seg, &old, &up, &down_w), 0);
        next = ai;

        if (round == 0) {
            /* Frozen, taken for dead, replaced in the same entry. */
            desk_slot_ngx_release(&seg, &mine);
            ai2 = enter(DESK_KIND_AI);
            assert_int_equal(bury(&ai), 0);
            now = open_by(&ai2, mine.index);
            desk_slot_ai_release(&seg, &now, &ai2);
            assert_int_equal(desk_process_set_life(&ai2, DESK_LIFE_DRAINING),
                             0);
            next = enter(DESK_KIND_AI);
            assert_int_equal(next.index, ai.index);

        } else {
            /* Or just a handle that was not forgotten. */
            desk_slot_ngx_release(&seg, &mine);
            desk_slot_ai_release(&seg, &old, &ai);
        }

        assert_int_equal(desk_slot_free_count(&seg), SLOTS);
        mine = claim();
        assert_int_equal(mine.index, old.index);
        assert_int_equal(desk_slot_ngx_rings(&seg, &mine, &up_w, &down), 0);
        now = open_by(&next, mine.index);
        assert_int_equal(desk_slot_ai_rings(&seg, &now, &up2, &down_w2), 0);
        assert_false(desk_slot_is_adopted(&now));

        assert_false(desk_slot_is_mine(&old, &ai));
        assert_false(desk_slot_has_stream(&old));
        assert_int_equal(desk_slot_ngx_index(&old), -1);
        assert_int_equal(send_text(&down_w, "boo"), -ESTALE);
        down_w.tail += 8;
        assert_int_equal(desk_ring_publish(&down_w), -ESTALE);
        assert_int_equal(desk_slot_ai_rings(&seg, &old, &up, &down_w),
                         -ESTALE);
        desk_slot_ai_release(&seg, &old, &ai);
        assert_true(desk_slot_is_mine(&now, &next));

        assert_int_equal(send_text(&down_w2, "fine"), 0);
        expect_text(&down, "fine");
        expect_silence(&down);
        desk_slot_ngx_release(&seg, &mine);
        desk_slot_ai_release(&seg, &now, &next);
        assert_int_equal(desk_slot_free_count(&seg), SLOTS);
        ai = next;
    }
}

static void
epochs_of_owners_go_round(void **state)
{
    uint32_t           i;
    desk_slot_t        mine, yours;
    desk_ring_reader_t up, down;
    desk_ring_writer_t up_w, down_w;

    (void) state;

    for (i = 0; i < 70000; i++) {
        mine = claim();
        yours = open_by(&ai, mine.index);

        if (i % 1000 == 0 || (i > 65500 && i < 65600)) {
            assert_int_equal(desk_slot_ngx_rings(&seg, &mine, &up_w, &down),
                             0);
            assert_int_equal(desk_slot_ai_rings(&seg, &yours, &up, &down_w),
                             0);
            assert_int_equal(send_text(&down_w, "x"), 0);
            assert_int_equal(send_text(&up_w, "y"), 0);
            expect_text(&down, "x");
            expect_text(&up, "y");
        }

        assert_true(desk_slot_is_mine(&yours, &ai));
        assert_false(desk_slot_is_adopted(&yours));
        desk_slot_ngx_release(&seg, &mine);
        desk_slot_ai_release(&seg, &yours, &ai);
    }

    assert_int_equal(desk_slot_free_count(&seg), SLOTS);
}

static void
a_worker_hears_that_its_callers_nginx_died(void **state)
{
    desk_slot_t mine, yours;

    (void) state;
    mine = claim();
    yours = open_by(&ai, mine.index);
    assert_int_equal(bury(&ngx), 0);
    assert_false(desk_slot_has_stream(&yours));
    assert_int_equal(desk_slot_ngx_index(&yours), -1);
    assert_true(told(&ai, mine.index));
    assert_true(desk_slot_is_mine(&yours, &ai));
    desk_slot_ai_release(&seg, &yours, &ai);
    assert_int_equal(desk_slot_free_count(&seg), SLOTS);

    /* The dead one wakes. */
    desk_slot_ngx_release(&seg, &mine);
    assert_int_equal(desk_slot_free_count(&seg), SLOTS);
}

static void
both_may_die(void **state)
{
    int         order;
    desk_slot_t mine, yours;

    (void) state;

    for (order = 0; order < 2; order++) {
        mine = claim();
        yours = open_by(&ai, mine.index);
        ai2 = enter(DESK_KIND_AI);

        assert_int_equal(bury(order ? &ai : &ngx), 0);
        assert_int_equal(bury(order ? &ngx : &ai), 0);
        assert_true(told(&ai2, mine.index));
        yours = open_by(&ai2, mine.index);
        assert_false(desk_slot_has_stream(&yours));
        desk_slot_ai_release(&seg, &yours, &ai2);
        assert_int_equal(desk_slot_free_count(&seg), SLOTS);

        ngx = enter(DESK_KIND_NGINX);
        ai = ai2;
    }
}

static void
without_a_worker_calls_stay_with_the_dead(void **state)
{
    uint32_t    left;
    desk_slot_t mine, yours;

    (void) state;
    mine = claim();
    (void) claim();
    assert_int_equal(bury(&ai), 2);
    assert_int_equal(desk_process_life(&seg, ai.index), DESK_LIFE_DEAD);
    assert_int_equal(desk_slot_ai_index(&mine), ai.index);

    ai2 = enter(DESK_KIND_AI);
    assert_int_not_equal(ai2.index, ai.index);
    assert_int_equal(desk_slot_give_away(&seg, ai.index, &bell, &left), 2);
    assert_int_equal(left, 0);
    desk_process_free(&seg, ai.index);
    yours = open_by(&ai2, mine.index);
    assert_true(desk_slot_is_adopted(&yours));
    assert_int_equal(calls_of(&ai2), 2);
}

/* ---- death in any step ---- */

static int step_wanted;

static void
die_in_step(int step)
{
    if (step == step_wanted) {
        (void) kill(getpid(), SIGKILL);
    }
}

/*
 * nginx dies while it claims: in 20 it has the slot, in 21 all is filled, in
 * 22 the worker is named, in 23 it is live.
 */
static void
a_claimer_killed_in_any_step_leaves_no_slot(void **state)
{
    int            step, pipes[2];
    pid_t          pid;
    desk_slot_t    slot, yours;
    desk_process_t dead;

    (void) state;

    for (step = 20; step <= 24; step++) {
        assert_int_equal(pipe(pipes), 0);
        pid = fixture_fork();
        if (pid == 0) {
            dead = enter(DESK_KIND_NGINX);
            CHILD_ASSERT(write(pipes[1], &dead, sizeof(dead)) > 0);
            step_wanted = step;
            desk_ring_step = die_in_step;
            CHILD_ASSERT(desk_slot_claim(&seg, &dead, &card, 4096, 4096,
                                         &slot)
                         == 0);
            desk_slot_ngx_release(&seg, &slot);
            _exit(0);
        }

        assert_int_equal(read(pipes[0], &dead, sizeof(dead)), sizeof(dead));
        (void) close(pipes[0]);
        (void) close(pipes[1]);
        fixture_expect_killed(pid);
        assert_int_equal(desk_slot_free_count(&seg), SLOTS - 1);
        assert_false(desk_process_exists(&seg, dead.index));
        assert_int_equal(bury(&dead), 0);

        if (step >= 23) {
            assert_true(told(&ai, 0));
            yours = open_by(&ai, 0);
            assert_false(desk_slot_has_stream(&yours));
            desk_slot_ai_release(&seg, &yours, &ai);
            assert_true(calls_of(&ai) <= 1);
        }

        assert_int_equal(desk_slot_free_count(&seg), SLOTS);

        /* And the place is good for another call. */
        slot = claim();
        assert_int_equal(slot.index, 0);
        yours = open_by(&ai, 0);
        assert_false(desk_slot_is_adopted(&yours));
        desk_slot_ai_release(&seg, &yours, &ai);
        desk_slot_ngx_release(&seg, &slot);
        atomic_store(&ai.shared->calls, 0);
    }
}

static void
lose_the_worker_and_die_in_step(int step)
{
    if (step == 22) {
        (void) bury(&ai);
    } else if (step == 23) {
        (void) kill(getpid(), SIGKILL);
    }
}

/*
 * Its worker is dead, buried and forgotten before the call is live, and then
 * it dies before it sees that: no entry of the dead leads to the call.
 */
static void
a_claimer_killed_after_its_worker_was_forgotten_leaves_an_heir(void **state)
{
    int            pipes[2];
    pid_t          pid;
    desk_slot_t    slot, yours;
    desk_process_t dead;

    (void) state;
    ai2 = enter(DESK_KIND_AI);
    atomic_store(&ai2.shared->calls, 5);
    assert_int_equal(pipe(pipes), 0);
    pid = fixture_fork();
    if (pid == 0) {
        dead = enter(DESK_KIND_NGINX);
        CHILD_ASSERT(write(pipes[1], &dead, sizeof(dead)) > 0);
        desk_ring_step = lose_the_worker_and_die_in_step;
        (void) desk_slot_claim(&seg, &dead, &card, 4096, 4096, &slot);
        _exit(0);
    }

    assert_int_equal(read(pipes[0], &dead, sizeof(dead)), sizeof(dead));
    (void) close(pipes[0]);
    (void) close(pipes[1]);
    fixture_expect_killed(pid);
    assert_int_equal(desk_process_life(&seg, ai.index), DESK_LIFE_FREE);
    assert_int_equal(bury(&dead), 0);

    assert_true(told(&ai2, 0));
    yours = open_by(&ai2, 0);
    assert_true(desk_slot_is_adopted(&yours));
    assert_false(desk_slot_has_stream(&yours));
    desk_slot_ai_release(&seg, &yours, &ai2);
    assert_int_equal(desk_slot_free_count(&seg), SLOTS);
}

/* Its owner's word says nobody, its state says somebody. */
static void
a_worker_killed_while_it_lets_go_leaves_no_slot(void **state)
{
    int            first;
    pid_t          pid;
    desk_slot_t    mine, yours;

    (void) state;

    for (first = 0; first < 2; first++) {
        mine = claim();
        if (first) {
            desk_slot_ngx_release(&seg, &mine);
        }

        pid = fixture_fork();
        if (pid == 0) {
            step_wanted = 25;
            desk_ring_step = die_in_step;
            yours = open_by(&ai, mine.index);
            desk_slot_ai_release(&seg, &yours, &ai);
            _exit(0);
        }

        fixture_expect_killed(pid);
        ai2 = enter(DESK_KIND_AI);
        assert_int_equal(bury(&ai), 0);
        assert_int_equal(desk_slot_ai_index(&mine), -1);

        if (!first) {
            assert_true(desk_slot_has_stream(&mine));
            desk_slot_ngx_release(&seg, &mine);
        }

        assert_int_equal(desk_slot_free_count(&seg), SLOTS);
        ai = ai2;
    }
}

/* What it had begun the next supervisor ends, and everybody is told. */
static void
a_supervisor_killed_while_it_gives_away_is_followed(void **state)
{
    int         step;
    pid_t       pid;
    uint32_t    left;
    desk_slot_t a, b, yours;

    (void) state;

    for (step = 26; step <= 27; step++) {
        const desk_process_t *dead = step == 26 ? &ai : &ngx;

        a = claim();
        b = claim();
        ai2 = enter(DESK_KIND_AI);

        pid = fixture_fork();
        if (pid == 0) {
            step_wanted = step;
            desk_ring_step = die_in_step;
            CHILD_ASSERT(desk_process_bury(&seg, dead->index,
                                           dead->generation));
            (void) desk_slot_give_away(&seg, dead->index, &bell, &left);
            _exit(0);
        }

        fixture_expect_killed(pid);
        assert_int_equal(desk_process_life(&seg, dead->index),
                         DESK_LIFE_DEAD);
        (void) desk_slot_give_away(&seg, dead->index, &bell, &left);
        assert_int_equal(left, 0);
        desk_process_free(&seg, dead->index);

        if (step == 26) {
            uint64_t bits = desk_ready_take(&seg, ai2.index, 0);

            assert_int_equal(bits, 1U << a.index | 1U << b.index);
            ai = ai2;

        } else {
            uint64_t bits = desk_ready_take(&seg, ai.index, 0);

            assert_int_equal(bits, 1U << a.index | 1U << b.index);
            desk_process_leave(&seg, &ai2);
            ngx = enter(DESK_KIND_NGINX);
        }

        desk_slot_ngx_release(&seg, &a);
        desk_slot_ngx_release(&seg, &b);
        yours = open_by(&ai, a.index);
        desk_slot_ai_release(&seg, &yours, &ai);
        yours = open_by(&ai, b.index);
        desk_slot_ai_release(&seg, &yours, &ai);
        assert_int_equal(desk_slot_free_count(&seg), SLOTS);
    }
}

static int heirs;

static void
lose_the_worker_in_step(int step)
{
    if (step == step_wanted) {
        desk_ring_step = NULL;
        if (heirs) {
            ai2 = enter(DESK_KIND_AI);
        }

        assert_int_equal(bury(&ai), 0);
    }
}

/* Picked, and dead and given away before the slot says that it is its. */
static void
a_worker_that_dies_while_it_is_given_a_call_loses_it(void **state)
{
    int         step;
    desk_slot_t slot, yours;

    (void) state;

    for (step = 20; step <= 22; step++) {
        for (heirs = 0; heirs < 2; heirs++) {
            step_wanted = step;
            desk_ring_step = lose_the_worker_in_step;

            if (!heirs) {
                assert_int_equal(desk_slot_claim(&seg, &ngx, &card, 4096,
                                                 4096, &slot),
                                 -ENOENT);
                ai = enter(DESK_KIND_AI);

            } else {
                assert_int_equal(desk_slot_claim(&seg, &ngx, &card, 4096,
                                                 4096, &slot),
                                 0);
                assert_int_equal(desk_slot_ai_index(&slot), ai2.index);
                assert_int_equal(calls_of(&ai2), 1);
                yours = open_by(&ai2, slot.index);
                desk_slot_ai_release(&seg, &yours, &ai2);
                desk_slot_ngx_release(&seg, &slot);
                ai = ai2;
            }

            assert_int_equal(desk_slot_free_count(&seg), SLOTS);
            assert_int_equal(calls_of(&ai), 0);
        }
    }
}

static desk_slot_t    taken;
static desk_process_t other;

static void
be_taken_for_dead_in_step(int step)
{
    if (step == step_wanted) {
        desk_ring_step = NULL;
        assert_int_equal(bury(&ngx), 0);
        other = enter(DESK_KIND_NGINX);
        assert_int_equal(desk_slot_claim(&seg, &other, &card, 4096, 4096,
                                         &taken),
                         0);
    }
}

/* Frozen while it claims; the slot is another call's when it wakes. */
static void
a_claimer_that_was_taken_for_dead_is_refused(void **state)
{
    int         step;
    desk_slot_t slot, yours;

    (void) state;

    for (step = 21; step <= 22; step++) {
        step_wanted = step;
        desk_ring_step = be_taken_for_dead_in_step;
        assert_int_equal(desk_slot_claim(&seg, &ngx, &card, 4096, 4096,
                                         &slot),
                         -ESTALE);
        assert_int_equal(taken.index, 0);
        assert_true(desk_slot_has_stream(&taken));
        assert_int_equal(desk_slot_ngx_index(&taken), other.index);
        assert_int_equal(desk_slot_ai_index(&taken), ai.index);
        assert_int_equal(calls_of(&ai), 1);

        yours = open_by(&ai, 0);
        desk_slot_ngx_release(&seg, &slot);
        assert_true(desk_slot_has_stream(&taken));
        desk_slot_ngx_release(&seg, &taken);
        desk_slot_ai_release(&seg, &yours, &ai);
        assert_int_equal(desk_slot_free_count(&seg), SLOTS);
        ngx = other;
    }
}


/* ---- everybody at once ---- */

#define CLAIMERS 2
#define WORKERS 3

/* So many, or as many as a busy machine gets done in the time. */
#define OPERATIONS (100000 / FIXTURE_SLOW)
#define ROUNDS 400
#define CHAOS_MS 5000

/*
 * A claimer: claims, sends, receives, releases. What is said names the call,
 * and the answer must name the same one.
 */
static void
run_claimer(uint64_t seed, desk_segment_t *at, _Atomic uint32_t *operations,
            const _Atomic uint32_t *over)
{
    int                rc;
    uint32_t           i, count = 0;
    uint64_t           said = 0;
    desk_process_t     self;
    desk_doorbell_t    own;
    desk_record_t      record;
    desk_card_t        c;
    struct {
        int                open;
        desk_slot_t        slot;
        desk_ring_writer_t up;
        desk_ring_reader_t down;
        uint64_t           id;
    } calls[4], *call;

    memset(calls, 0, sizeof(calls));
    CHILD_ASSERT(desk_process_enter(at, DESK_KIND_NGINX, &self) == 0);
    CHILD_ASSERT(desk_process_set_life(&self, DESK_LIFE_UP) == 0);
    CHILD_ASSERT(desk_doorbell_open(&own, at, &self) == 0);

    while (count > 0 || !atomic_load(over)) {
        if (desk_process_beat(&self) < 0) {
            _exit(97);
        }

        i = fixture_random(&seed);
        call = &calls[i % 4];

        if (!call->open) {
            if (atomic_load(over) || i >> 8 & 1) {
                continue;
            }

            memset(&c, 0, sizeof(c));
            call->id = (uint64_t) getpid() << 32 | ++said;
            memcpy(c.call_id, &call->id, sizeof(call->id));
            rc = desk_slot_claim(at, &self, &c, 4096, 4096, &call->slot);
            if (rc < 0) {
                CHILD_ASSERT(rc == -ENOSPC || rc == -ENOENT);
                continue;
            }

            CHILD_ASSERT(desk_slot_ngx_rings(at, &call->slot, &call->up,
                                             &call->down)
                         == 0);
            call->open = 1;
            count++;
            (void) atomic_fetch_add(operations, 1);

        } else if (i % 16 < 4 && (i >> 8 & 3) == 0) {
            desk_slot_ngx_release(at, &call->slot);
            call->open = 0;
            count--;
            (void) atomic_fetch_add(operations, 1);

        } else {
            rc = desk_ring_put(&call->up, DESK_RECORD_TEXT, 0, 0, &call->id,
                               sizeof(call->id));
            CHILD_ASSERT(rc == 0 && desk_ring_publish(&call->up) == 0);

            while ((rc = desk_ring_next(&call->down, &record, NULL)) == 1) {
                CHILD_ASSERT(record.length == sizeof(call->id));
                CHILD_ASSERT(memcmp(record.data, &call->id,
                                    sizeof(call->id))
                             == 0);
                (void) atomic_fetch_add(operations, 1);
            }

            CHILD_ASSERT(rc == 0);
            desk_ring_release(&call->down);
        }

        rc = desk_slot_ai_index(&calls[i % 4].slot);
        if (rc >= 0) {
            desk_ready_set(at, (uint32_t) rc, calls[i % 4].slot.index);
            (void) desk_doorbell_ring(&own, at, (uint32_t) rc);
        }
    }

    desk_process_leave(at, &self);
    _exit(0);
}

/* A worker: opens what it is told of, answers, releases. */
static void
run_worker(uint64_t seed, desk_segment_t *at, _Atomic uint32_t *operations,
           const _Atomic uint32_t *over)
{
    int                i, rc;
    uint8_t            copy[DESK_RECORD_MAX];
    uint64_t           bits, id;
    desk_process_t     self;
    desk_record_t      record;
    struct {
        int                open;
        desk_slot_t        slot;
        desk_ring_reader_t up;
        desk_ring_writer_t down;
    } calls[SLOTS], *call;

    memset(calls, 0, sizeof(calls));
    CHILD_ASSERT(desk_process_enter(at, DESK_KIND_AI, &self) == 0);
    CHILD_ASSERT(desk_process_set_life(&self, DESK_LIFE_UP) == 0);

    while (!atomic_load(over)) {
        if (desk_process_beat(&self) < 0) {
            _exit(97);
        }

        bits = desk_ready_take(at, self.index, 0);
        if (bits == 0) {
            (void) sched_yield();
            continue;
        }

        for (i = 0; i < SLOTS; i++) {
            if ((bits >> i & 1) == 0) {
                continue;
            }

            call = &calls[i];
            if (call->open && !desk_slot_is_mine(&call->slot, &self)) {
                call->open = 0;
            }

            if (!call->open) {
                if (desk_slot_open(at, &self, (uint32_t) i, &call->slot)
                    < 0)
                {
                    continue;
                }

                rc = desk_slot_ai_rings(at, &call->slot, &call->up,
                                        &call->down);
                CHILD_ASSERT(rc == 0);
                call->open = 1;
                (void) atomic_fetch_add(operations, 1);
                desk_count(&self, DESK_COUNT_CALLS_ADOPTED,
                           (uint64_t) desk_slot_is_adopted(&call->slot));
            }

            memcpy(&id, call->slot.shared->card.call_id, sizeof(id));

            while ((rc = desk_ring_next(&call->up, &record, copy)) == 1) {
                CHILD_ASSERT(record.length == sizeof(id));
                CHILD_ASSERT(memcmp(record.data, &id, sizeof(id)) == 0);
                rc = desk_ring_put(&call->down, DESK_RECORD_TEXT, 0, 0, &id,
                                   sizeof(id));
                CHILD_ASSERT(rc == 0 || rc == -EAGAIN);
            }

            CHILD_ASSERT(rc == 0);
            desk_ring_release(&call->up);
            CHILD_ASSERT(desk_ring_publish(&call->down) == 0);

            if (!desk_slot_has_stream(&call->slot)
                || fixture_random(&seed) % 64 == 0)
            {
                desk_slot_ai_release(at, &call->slot, &self);
                call->open = 0;
                (void) atomic_fetch_add(operations, 1);
            }
        }
    }

    desk_process_leave(at, &self);
    _exit(0);
}

typedef struct {
    _Atomic uint32_t operations;
    _Atomic uint32_t over;
    _Atomic uint32_t claimers_over;
} stage_t;

static pid_t
start(int i, uint64_t seed, stage_t *stage)
{
    pid_t pid = fixture_fork();

    if (pid == 0) {
        if (i < CLAIMERS) {
            run_claimer(seed, &seg, &stage->operations,
                        &stage->claimers_over);
        }

        run_worker(seed, &seg, &stage->operations, &stage->over);
    }

    assert_true(pid > 0);

    return pid;
}

/* As the supervisor: who is gone is buried and what it held given away. */
static void
look_around(void)
{
    uint32_t index, left;
    uint64_t life;

    for (index = 0; index < DESK_PROCESS_COUNT; index++) {
        life = atomic_load(&seg.processes[index].life);

        if ((life & 0xff) != DESK_LIFE_FREE
            && (life & 0xff) != DESK_LIFE_DEAD
            && !desk_process_exists(&seg, index))
        {
            (void) desk_process_bury(&seg, index, life >> 8);
        }

        if (desk_process_life(&seg, index) == DESK_LIFE_DEAD) {
            (void) desk_slot_give_away(&seg, index, &bell, &left);
            if (left == 0) {
                desk_process_free(&seg, index);
            }
        }
    }
}

static void
no_slot_is_lost_whoever_dies(void **state)
{
    int      i, kills = 0, status;
    pid_t    pids[CLAIMERS + WORKERS];
    uint32_t n, rounds, index;
    uint64_t seed = 0x9e3779b97f4a7c15ULL, end = desk_now_ms() + CHAOS_MS;
    stage_t *stage;

    (void) state;
    desk_process_leave(&seg, &ai);
    desk_process_leave(&seg, &ngx);

    /* Shared by all, beyond what slots use of the RPC lane's bytes. */
    stage = (stage_t *) (void *) seg.rpc[0].ask;

    for (i = 0; i < CLAIMERS + WORKERS; i++) {
        pids[i] = start(i, fixture_random(&seed) | 1, stage);
    }

    for (rounds = 0;
         (rounds < ROUNDS || atomic_load(&stage->operations) < OPERATIONS)
         && desk_now_ms() < end;
         rounds++)
    {
        struct timespec ms = { 0, 1000000 };

        (void) nanosleep(&ms, NULL);

        for (i = 0; i < CLAIMERS + WORKERS; i++) {
            if (waitpid(pids[i], &status, WNOHANG) == pids[i]) {
                fail_msg("process %d: exit %d signal %d", i,
                         WEXITSTATUS(status), WTERMSIG(status));
            }
        }

        if (rounds % 4 == 0) {
            i = (int) (fixture_random(&seed) % (CLAIMERS + WORKERS));
            (void) kill(pids[i], SIGKILL);
            fixture_expect_killed(pids[i]);
            kills++;
            look_around();
            pids[i] = start(i, fixture_random(&seed) | 1, stage);
        }

        look_around();
    }

    /* All hang up, and workers see it. */
    atomic_store(&stage->claimers_over, 1);
    for (i = 0; i < CLAIMERS; i++) {
        fixture_expect_exit(pids[i], 0);
    }

    for (n = 0; desk_slot_free_count(&seg) < SLOTS; n++) {
        struct timespec ms = { 0, 1000000 };

        if (n == 5000) {
            for (index = 0; index < SLOTS; index++) {
                print_error("slot %u: state %llx ngx %llx ai %llx\n", index,
                            (unsigned long long) seg.states[index],
                            (unsigned long long) seg.slots[index].ngx_owner,
                            (unsigned long long) seg.slots[index].ai_owner);
            }
            fail_msg("slots were lost after %d kills", kills);
        }

        /* Workers release what has no stream when they are told of it. */
        for (index = 0; index < SLOTS; index++) {
            uint32_t owner = (uint32_t) seg.slots[index].ai_owner;

            if (owner > 0) {
                desk_ready_set(&seg, owner - 1, index);
            }
        }

        look_around();
        (void) nanosleep(&ms, NULL);
    }

    for (i = CLAIMERS; i < CLAIMERS + WORKERS; i++) {
        for (index = 0; index < DESK_PROCESS_COUNT; index++) {
            if (atomic_load(&seg.processes[index].pid) == pids[i]) {
                /* One too many for a claimer killed in the wrong moment. */
                assert_in_range(atomic_load(&seg.processes[index].calls), 0,
                                kills);
            }
        }
    }

    atomic_store(&stage->over, 1);
    for (i = CLAIMERS; i < CLAIMERS + WORKERS; i++) {
        fixture_expect_exit(pids[i], 0);
    }

    print_message("%u operations, %d kills, %llu adopted\n",
                  atomic_load(&stage->operations), kills,
                  (unsigned long long) desk_counter_sum(
                      &seg, DESK_COUNT_CALLS_ADOPTED));
    assert_true(kills >= 20);
    assert_true(atomic_load(&stage->operations) > 2000);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_call_has_two_sides_and_two_rings),
        TEST(nothing_is_left_of_what_a_call_before_said),
        TEST(the_last_one_out_frees_it),
        TEST(what_cannot_be_claimed_leaves_nothing),
        TEST(only_the_owner_opens_it),
        TEST(a_call_outlives_its_worker),
        TEST(two_deaths_in_half_a_minute_make_a_call_deadly),
        TEST(a_call_that_only_was_there_is_deadly_at_the_fourth_death),
        TEST(an_owner_of_the_call_before_owns_nothing),
        TEST(epochs_of_owners_go_round),
        TEST(a_worker_hears_that_its_callers_nginx_died),
        TEST(both_may_die),
        TEST(without_a_worker_calls_stay_with_the_dead),
        TEST(a_claimer_killed_in_any_step_leaves_no_slot),
        TEST(a_claimer_killed_after_its_worker_was_forgotten_leaves_an_heir),
        TEST(a_worker_killed_while_it_lets_go_leaves_no_slot),
        TEST(a_supervisor_killed_while_it_gives_away_is_followed),
        TEST(a_worker_that_dies_while_it_is_given_a_call_loses_it),
        TEST(a_claimer_that_was_taken_for_dead_is_refused),
        TEST(no_slot_is_lost_whoever_dies),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
