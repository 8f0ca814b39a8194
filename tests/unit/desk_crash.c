/* SPDX-License-Identifier: BSD-2-Clause */

#include <poll.h>

#include "desk_fixture.h"
#include "desk_ring.h"
#include "desk_slot.h"

/* To be built with -DDESK_RING_STEPS. */

/*
 * Producers, consumers, claimers and supervisors that die, as many as wanted:
 * one that dies in a step never returns from it (longjmp), and others go on
 * with what it left in the segment. What a ring must hold is kept beside it,
 * and compared after each death.
 *
 * FRONTDESK_KILLS says how many, and FRONTDESK_SEED where they come from: the
 * same seed gives the same deaths. Processes that are really killed, wherever
 * they are, follow: one for each KILLS_PER_PROCESS of those.
 */

#define KILLS (20000 / FIXTURE_SLOW)
#define KILLS_PER_PROCESS 250
#define SEED 20261120

#define RING_BYTES 16384U
#define LENGTH_MAX 700
#define QUEUE 8192U
#define PENDING 64
#define SLOTS 4
#define POSITION UINT64_C(0xffffffffffff)

typedef struct {
    uint32_t number;
    uint64_t end; /* its position */
} put_t;

/* A ring, its ends, and what must be in it. */
typedef struct {
    desk_ring_shared_t *shared;
    uint8_t            *data;
    desk_ring_kind_e    kind;
    desk_ring_writer_t *w; /* one of these: two, when one is frozen */
    desk_ring_writer_t  ends[2];
    desk_ring_reader_t  r;
    uint16_t            epoch;
    uint32_t            number; /* of the next record */
    uint64_t            lost; /* as it was when last looked at */

    /* Put and not seen to be shown; shown: circular, by counts. */
    put_t    pending[PENDING];
    uint32_t pending_count;
    put_t    shown[QUEUE];
    uint32_t show, read, kept;
    uint32_t begun; /* what the newest producer showed */
} world_t;

static desk_segment_t  seg;
static desk_process_t  boss, ngx, ai;
static desk_doorbell_t bell_boss, bell_ai;
static world_t         down, up;

static uint64_t seed, first_seed;
static uint32_t kills, kills_wanted, freezes, consumers, claims;
static jmp_buf  grave;
static world_t *in_step; /* whose producer the failpoint is about */
static uint32_t step_left;
static int      step_freezes; /* does not die of it */


static uint32_t
number_from(const char *name, uint32_t otherwise)
{
    const char *text = getenv(name);

    return text == NULL ? otherwise : (uint32_t) strtoul(text, NULL, 10);
}

static uint32_t
dice(uint32_t sides)
{
    return fixture_random(&seed) % sides;
}

static void
wrong(const char *what, uint32_t number)
{
    fail_msg("%s: record %u, after %u deaths of seed %u", what, number, kills,
             (unsigned) first_seed);
}

static uint32_t
length_of(uint32_t number)
{
    uint32_t mixed = number * 2654435761U;

    return number % 5 == 0 ? mixed % LENGTH_MAX : 160;
}

static void
record_make(uint8_t *to, uint32_t number)
{
    uint32_t i, length = length_of(number);

    for (i = 0; i < length; i++) {
        to[i] = (uint8_t) (number * 31 + i * 7 + (i >> 8));
    }
}

static int
record_is_whole(const desk_record_t *record)
{
    uint8_t want[LENGTH_MAX];

    if (record->length != length_of(record->stamp)
        || record->type != DESK_RECORD_AUDIO)
    {
        return 0;
    }

    record_make(want, record->stamp);

    return memcmp(record->data, want, record->length) == 0;
}

static int
put(desk_ring_writer_t *w, uint32_t number)
{
    uint8_t bytes[LENGTH_MAX];

    record_make(bytes, number);

    return desk_ring_put(w, DESK_RECORD_AUDIO, 0, number, bytes,
                         length_of(number));
}

/* ---- what must be in the ring ---- */

/* What the tail covers was shown, whoever died since. */
static void
world_look(world_t *world)
{
    uint32_t i = 0;
    uint64_t tail = atomic_load(&world->shared->tail) & POSITION;

    while (i < world->pending_count && world->pending[i].end <= tail) {
        world->shown[world->show++ % QUEUE] = world->pending[i++];
    }

    world->pending_count -= i;
    memmove(world->pending, world->pending + i,
            world->pending_count * sizeof(put_t));
}

/* A producer has died: what it did not show, nobody ever hears of. */
static void
world_forget_pending(world_t *world)
{
    world_look(world);
    world->pending_count = 0;
}

/*
 * A producer stepped over what its predecessor said. The reader still ends
 * what it had seen of that, but one that begins now does not.
 */
static void
world_drop(world_t *world)
{
    world->pending_count = 0;

    while (world->show != world->read
           && world->shown[(world->show - 1) % QUEUE].end > world->r.tail)
    {
        world->show--;
    }

    world->begun = world->show;
}

/* What was overwritten: the reader has counted it. */
static void
world_skip(world_t *world, uint64_t position)
{
    if (world->r.lost == world->lost) {
        return;
    }

    world->lost = world->r.lost;

    while (world->read != world->show
           && world->shown[world->read % QUEUE].end <= position)
    {
        world->read++;
    }
}

static void
world_hear(world_t *world, const desk_record_t *record)
{
    if (!record_is_whole(record)) {
        wrong("not whole", record->stamp);
    }

    world_skip(world, world->r.cursor - desk_record_span(record->length));

    if (world->read == world->show
        || world->shown[world->read % QUEUE].number != record->stamp)
    {
        wrong("not shown, or not its turn", record->stamp);
    }

    world->read++;
}

/* Up to `most` records; whether there was an end. */
static int
world_read(world_t *world, uint32_t most)
{
    int            rc;
    desk_record_t  record;
    static uint8_t copy[DESK_RECORD_MAX];

    while (most-- > 0) {
        world_look(world);
        rc = desk_ring_next(&world->r, &record, copy);
        if (rc < 0) {
            wrong("damage", 0);
        }
        if (rc == 0) {
            world_skip(world, world->r.cursor);
            return 1;
        }

        world_hear(world, &record);
    }

    return 0;
}

static void
world_release(world_t *world)
{
    if (world->kind == DESK_RING_OVERWRITES) {
        if (dice(3) > 0) {
            return; /* somebody speaks: the mark stays */
        }
        atomic_store(&world->shared->replay, world->r.cursor);
    }

    desk_ring_release(&world->r);
    world->kept = world->read;
}

/* All that was shown is heard, and nothing else. */
static void
world_check(world_t *world)
{
    world_look(world);
    if (!world_read(world, UINT32_MAX)) {
        wrong("no end", 0);
    }

    if (world->read != world->show) {
        wrong("not heard", world->shown[world->read % QUEUE].number);
    }

    world_release(world);
}

static void
world_attach_reader(world_t *world)
{
    uint64_t from = atomic_load(&world->shared->replay);

    if (desk_ring_reader_attach(
            &world->r, world->shared, world->data, RING_BYTES, world->kind,
            world->kind == DESK_RING_OVERWRITES ? &from : NULL)
        != 0)
    {
        wrong("reader", 0);
    }

    world->lost = 0;
    world->read = world->kept > world->begun ? world->kept : world->begun;

    /* What lies further back than the ring is long is gone. */
    if (world->show - world->read > QUEUE / 2) {
        world->read = world->show - QUEUE / 2;
    }
}

static void
world_open(world_t *world, desk_ring_shared_t *shared, uint8_t *data,
           desk_ring_kind_e kind)
{
    memset(world, 0, sizeof(*world));
    world->shared = shared;
    world->data = data;
    world->kind = kind;
    world->epoch = 1;
    world->w = &world->ends[0];
    desk_ring_reset(shared, RING_BYTES);
    assert_int_equal(desk_ring_writer_attach(world->w, shared, data,
                                             RING_BYTES, kind, 1, 0),
                     0);
    world_attach_reader(world);
}

/* ---- a producer's life ---- */

/* One that was frozen in it, and replaced, went on in vain. */
static int
world_was_replaced(world_t *world, desk_ring_writer_t *w)
{
    if (w == world->w) {
        return 0;
    }

    if (put(w, 0) != -ESTALE) {
        wrong("a replaced one may put", 0);
    }

    w->tail += 8;
    if (desk_ring_publish(w) != -ESTALE) {
        wrong("a replaced one may publish", 0);
    }

    return 1;
}

static int
world_put(world_t *world)
{
    int                 rc;
    put_t              *last;
    uint32_t            number = world->number++;
    desk_ring_writer_t *w = world->w;

    if (world->pending_count == PENDING) {
        return -EAGAIN;
    }

    rc = put(w, number);
    if (world_was_replaced(world, w)) {
        return -ESTALE;
    }

    if (rc == 0) {
        last = &world->pending[world->pending_count++];
        last->number = number;
        last->end = w->tail;
    }

    return rc;
}

/* As both sides do: show, say that something is ready, ring. */
static int
world_send(world_t *world)
{
    int                 rc;
    desk_ring_writer_t *w = world->w;

    rc = desk_ring_publish(w);
    if (world_was_replaced(world, w)) {
        return -ESTALE;
    }

    if (rc == 0) {
        world_look(world);
        desk_ready_set(&seg, ai.index, 0);
        (void) desk_doorbell_ring(&bell_boss, &seg, ai.index);
    }

    return rc;
}

/* Takes over, from one that is dead or was made so. */
static int
world_succeed(world_t *world, int fenced)
{
    int      rc;
    uint16_t epoch = ++world->epoch;

    world_forget_pending(world);
    rc = desk_ring_writer_attach(world->w, world->shared, world->data,
                                 RING_BYTES, world->kind, epoch, fenced);
    if (rc == 0 && fenced) {
        world_drop(world);
    }

    return rc;
}

static void
producer_lives(world_t *world, uint32_t records)
{
    int      rc;
    uint32_t batch = dice(4) ? 3 : 60;

    while (records-- > 0) {
        rc = world_put(world);

        if (rc == -EAGAIN || dice(batch) == 0) {
            rc = world_send(world);
            if (rc == 0 && world->kind == DESK_RING_WAITS) {
                (void) world_read(world, dice(8));
                world_release(world);
            }
        }

        if (rc == -ESTALE) {
            return;
        }
    }

    (void) world_send(world);
}

/*
 * Frozen in its step, while an heir speaks; then it goes on, with the handle
 * that it has. It is killed before the heir has gone round the ring.
 */
static void
freeze(world_t *world)
{
    uint32_t i;
    uint64_t from;

    freezes++;
    world_look(world);
    from = atomic_load(&world->shared->tail) & POSITION;
    world->w = &world->ends[world->w == world->ends];

    if (world_succeed(world, 1) < 0) {
        wrong("heir", 0);
    }

    for (i = dice(20); i > 0; i--) {
        if (world->w->tail + 2 * (LENGTH_MAX + 16) > from + RING_BYTES
            || world_put(world) < 0)
        {
            break;
        }
    }

    if (desk_ring_publish(world->w) < 0) {
        wrong("the heir is refused", 0);
    }

    (void) world_read(world, dice(10));
}

static void
step_reached(int step)
{
    world_t *world = in_step;

    if (world == NULL || step_left == UINT32_MAX || step_left-- != 0) {
        return;
    }

    step_left = UINT32_MAX;

    if (step_freezes) {
        if (step <= 6) {
            freeze(world);
        }
        return;
    }

    /* The reader reads in the middle of it. */
    if (step <= 6 && dice(2)) {
        (void) world_read(world, dice(6));
    }

    kills++;
    longjmp(grave, 1);
}

/* ---- deaths ---- */

static void
a_producer_dies(world_t *world)
{
    int fenced = (int) dice(2);

    in_step = world;
    step_left = dice(60);

    if (setjmp(grave) == 0) {
        desk_ring_step = step_reached;
        producer_lives(world, 1 + dice(12));

        /* It lived through that, and dies between two records. */
        kills++;
    }

    desk_ring_step = NULL;
    step_left = UINT32_MAX;
    world_forget_pending(world);

    if (!fenced) {
        /* All that was shown before is heard before. */
        world_check(world);
    }

    if (world_succeed(world, fenced) < 0) {
        wrong("no successor", 0);
    }

    (void) world_send(world);
    world_check(world);
}

/* In taking over; and whoever takes over from that one may die as well. */
static void
a_successor_dies(world_t *world)
{
    in_step = world;
    step_left = dice(3);

    if (setjmp(grave) == 0) {
        desk_ring_step = step_reached;
        (void) world_succeed(world, 1);
    }

    desk_ring_step = NULL;

    /* What was said before may be heard or be dropped, but not in part. */
    if (world_read(world, UINT32_MAX)) {
        world_drop(world);
    }

    if (world_succeed(world, 1) < 0) {
        wrong("no successor", 0);
    }

    producer_lives(world, 1 + dice(6));
    world_check(world);
}

static void
a_consumer_dies(world_t *world)
{
    consumers++;
    kills++;
    producer_lives(world, 1 + dice(20));
    (void) world_read(world, dice(12));

    if (dice(2)) {
        world_release(world);
    }

    /* Sometimes it is slow, and overtaken. */
    producer_lives(world, dice(8) ? dice(10) : dice(200));
    (void) world_read(world, dice(4));
    world_attach_reader(world);
    world_check(world);
}

static void
one_freezes(world_t *world)
{
    in_step = world;
    step_left = dice(120);
    step_freezes = 1;
    desk_ring_step = step_reached;
    producer_lives(world, 1 + dice(40));
    desk_ring_step = NULL;
    step_freezes = 0;
    step_left = UINT32_MAX;

    world_check(world);
    producer_lives(world, 1 + dice(6));
    world_check(world);
}

/* The next call in the same place; its claimer may die of it. */
static void
a_claimer_dies(world_t *world)
{
    in_step = world;
    step_left = dice(2);
    world->epoch++;

    if (setjmp(grave) == 0) {
        desk_ring_step = step_reached;
        desk_ring_renew(world->shared, RING_BYTES, world->epoch);
    }

    desk_ring_step = NULL;
    step_left = UINT32_MAX;
    desk_ring_renew(world->shared, RING_BYTES,
                    (uint16_t) (world->epoch + 1));
    world_drop(world);

    if (world_succeed(world, 0) < 0) {
        wrong("no producer", 0);
    }

    world_attach_reader(world);
    producer_lives(world, 1 + dice(6));
    world_check(world);
}

/* Who sleeps, and is told by one that dies of it, is told by the next. */
static void
a_ringer_dies(world_t *world)
{
    struct pollfd p = { bell_ai.fd, POLLIN, 0 };

    (void) desk_ready_take(&seg, ai.index, 0);
    assert_int_equal(desk_doorbell_arm(&seg, &ai), 1);
    in_step = world;
    step_left = dice(8);

    if (setjmp(grave) == 0) {
        desk_ring_step = step_reached;
        (void) world_put(world);
        (void) world_send(world);
        kills++;
    }

    desk_ring_step = NULL;
    step_left = UINT32_MAX;

    if (world_succeed(world, 0) < 0 || world_send(world) < 0) {
        wrong("no successor", 0);
    }

    desk_ready_set(&seg, ai.index, 0);
    (void) desk_doorbell_ring(&bell_boss, &seg, ai.index);
    if (poll(&p, 1, 0) != 1) {
        wrong("asleep", world->number);
    }

    desk_doorbell_disarm(&bell_ai, &ai);
    world_check(world);
}

/* ---- slots ---- */

static desk_process_t
enter(desk_kind_e kind)
{
    desk_process_t self;

    assert_int_equal(desk_process_enter(&seg, kind, &self), 0);
    assert_int_equal(desk_process_set_life(&self, DESK_LIFE_UP), 0);

    return self;
}

/*
 * nginx dies in any step of a claim or of letting go, or its worker does, or
 * the supervisor that gives away: at the end all slots are free again.
 */
static void
a_call_loses_somebody(world_t *world)
{
    uint32_t              left, i;
    desk_card_t           card;
    static desk_slot_t    slot, yours;
    static desk_process_t nginx, worker;

    claims++;
    memset(&card, 0, sizeof(card));
    nginx = enter(DESK_KIND_NGINX);
    worker = enter(DESK_KIND_AI);
    in_step = world;
    step_left = dice(8);

    if (setjmp(grave) == 0) {
        desk_ring_step = step_reached;
        if (desk_slot_claim(&seg, &nginx, &card, 4096, 4096, &slot) == 0) {
            if (desk_slot_open(&seg, &worker, slot.index, &yours) == 0
                && dice(2))
            {
                desk_slot_ai_release(&seg, &yours, &worker);
            }
            desk_slot_ngx_release(&seg, &slot);
        }
        kills++;
    }

    /* The supervisor may die of the first burial; another one does both. */
    step_left = dice(4);
    if (setjmp(grave) == 0) {
        (void) desk_process_bury(&seg, worker.index, worker.generation);
        (void) desk_slot_give_away(&seg, worker.index, &bell_boss, &left);
        (void) desk_process_bury(&seg, nginx.index, nginx.generation);
        (void) desk_slot_give_away(&seg, nginx.index, &bell_boss, &left);
    }

    desk_ring_step = NULL;
    step_left = UINT32_MAX;
    (void) desk_process_bury(&seg, worker.index, worker.generation);
    (void) desk_process_bury(&seg, nginx.index, nginx.generation);
    (void) desk_slot_give_away(&seg, nginx.index, &bell_boss, &left);
    assert_int_equal(left, 0);
    (void) desk_slot_give_away(&seg, worker.index, &bell_boss, &left);
    assert_int_equal(left, 0);
    desk_process_free(&seg, nginx.index);
    desk_process_free(&seg, worker.index);

    /* Slot 0 is the one whose rings are killed in. */
    for (i = 1; i < SLOTS; i++) {
        if (desk_slot_open(&seg, &ai, i, &yours) == 0) {
            if (desk_slot_has_stream(&yours)) {
                wrong("a stream of the dead", i);
            }
            desk_slot_ai_release(&seg, &yours, &ai);
        }
    }

    if (desk_slot_free_count(&seg) != SLOTS - 1) {
        wrong("a slot is lost", 0);
    }
}

/* ---- all of them ---- */

static int
setup(void **state)
{
    desk_slot_t slot;
    desk_card_t card;

    (void) state;
    fixture_segment(&seg, "crash", SLOTS, 16384, 16384);
    boss = enter(DESK_KIND_SUPERVISOR);
    ngx = enter(DESK_KIND_NGINX);
    ai = enter(DESK_KIND_AI);
    assert_int_equal(desk_doorbell_open(&bell_boss, &seg, &boss), 0);
    assert_int_equal(desk_doorbell_open(&bell_ai, &seg, &ai), 0);
    desk_ring_step = NULL;

    /* Heartbeats grow old: nobody is picked by one. Slot 0 is taken. */
    memset(&card, 0, sizeof(card));
    assert_int_equal(desk_slot_claim(&seg, &ngx, &card, 16384, 16384, &slot),
                     0);
    assert_int_equal(slot.index, 0);
    world_open(&down, &seg.slots[0].down, slot.down_data, DESK_RING_WAITS);
    world_open(&up, &seg.slots[0].up, slot.up_data, DESK_RING_OVERWRITES);

    first_seed = number_from("FRONTDESK_SEED", SEED);
    seed = first_seed == 0 ? 1 : first_seed;
    kills_wanted = number_from("FRONTDESK_KILLS", KILLS);
    kills = freezes = consumers = claims = 0;

    return 0;
}

static int
teardown(void **state)
{
    (void) state;
    desk_ring_step = NULL;
    desk_doorbell_close(&bell_boss);
    desk_doorbell_close(&bell_ai);
    desk_segment_detach(&seg);

    return 0;
}

static void
whoever_dies_rings_hold_what_was_shown(void **state)
{
    world_t *world;

    (void) state;
    print_message("%u deaths of seed %u\n", kills_wanted,
                  (unsigned) first_seed);

    while (kills < kills_wanted) {
        (void) desk_process_beat(&ai);
        world = dice(2) ? &down : &up;

        switch (dice(32)) {
        case 0:
            a_call_loses_somebody(world);
            break;
        case 1:
        case 2:
            a_claimer_dies(world);
            break;
        case 3:
        case 4:
            one_freezes(world);
            break;
        case 5:
        case 6:
        case 7:
            a_ringer_dies(world);
            break;
        case 8:
        case 9:
        case 10:
        case 11:
            a_successor_dies(world);
            break;
        default:
            if (dice(3) == 0) {
                a_consumer_dies(world);
            } else {
                a_producer_dies(world);
            }
        }
    }

    print_message("%u deaths, of them %u of consumers; %u calls lost "
                  "somebody, %u froze and woke; %u records\n",
                  kills, consumers, claims, freezes,
                  down.number + up.number);
    assert_true(freezes > 0 && consumers > 0 && claims > 0);
}

/* ---- processes that are really killed, wherever they are ---- */

typedef struct {
    _Atomic uint32_t released; /* records, before the head was stored */
    _Atomic uint32_t seen;     /* and read */
} progress_t;

static void
wait_some(void)
{
    struct timespec ts = { 0, (long) dice(400000) };

    (void) nanosleep(&ts, NULL);
}

static void
produce_for_ever(void)
{
    uint32_t number;

    for (number = 0;;) {
        if (put(down.w, number) == 0) {
            number++;
        }
        if (number % 4 == 0 || dice(8) == 0) {
            CHILD_ASSERT(world_send(&down) == 0);
        }
    }
}

/* Whole records, from the first on, as far as they go. */
static void
processes_killed_while_they_speak_leave_whole_records(void **state)
{
    int           rc;
    pid_t         pid;
    uint32_t      i, next, heard = 0;
    desk_record_t record;

    (void) state;

    for (i = 0; i < kills_wanted / KILLS_PER_PROCESS; i++) {
        pid = fixture_fork();
        if (pid == 0) {
            CHILD_ASSERT(world_succeed(&down, 0) == 0);
            produce_for_ever();
        }

        assert_true(pid > 0);
        wait_some();

        /* Both at once, for a while. */
        for (next = 0; next < 200 || dice(64) > 0;) {
            rc = desk_ring_next(&down.r, &record, NULL);
            if (rc == 0 && next < 200 && waitpid(pid, NULL, WNOHANG) != 0) {
                fail_msg("it ended by itself");
            }
            if (rc < 0 || (rc == 1 && record.stamp != next++)
                || (rc == 1 && !record_is_whole(&record)))
            {
                wrong("beside a process", next);
            }
            if (rc == 0) {
                desk_ring_release(&down.r);
                (void) sched_yield();
            }
        }

        assert_int_equal(kill(pid, SIGKILL), 0);
        fixture_expect_killed(pid);

        while ((rc = desk_ring_next(&down.r, &record, NULL)) == 1) {
            if (record.stamp != next++ || !record_is_whole(&record)) {
                wrong("after a process", next);
            }
        }

        assert_int_equal(rc, 0);
        desk_ring_release(&down.r);
        heard += next;
        down.epoch++;
    }

    print_message("%u processes killed, %u records\n", i, heard);
}

static void
consume_for_ever(progress_t *progress)
{
    int           rc;
    uint32_t      next = 0, first = 1;
    desk_record_t record;

    CHILD_ASSERT(desk_ring_reader_attach(&down.r, down.shared, down.data,
                                         RING_BYTES, DESK_RING_WAITS, NULL)
                 == 0);

    for (;;) {
        rc = desk_ring_next(&down.r, &record, NULL);
        CHILD_ASSERT(rc >= 0);

        if (rc == 1 && first) {
            /* Nothing is skipped, and nothing released comes again. */
            CHILD_ASSERT(record.stamp <= atomic_load(&progress->seen)
                         && record.stamp >= atomic_load(&progress->released));
            next = record.stamp;
            first = 0;
        }

        if (rc == 1) {
            CHILD_ASSERT(record.stamp == next++ && record_is_whole(&record));
            if (next > atomic_load(&progress->seen)) {
                atomic_store(&progress->seen, next);
            }
        }

        if (rc == 0 || dice(4) == 0) {
            desk_ring_release(&down.r);
            if (!first) {
                atomic_store(&progress->released, next);
            }
        }
    }
}

/* Each goes on where the last one stopped: between released and seen. */
static void
processes_killed_while_they_listen_skip_nothing(void **state)
{
    int         rc;
    pid_t       pid;
    uint32_t    i, n, number = 0;
    progress_t *progress = (progress_t *) (void *) seg.rpc->ask;

    (void) state;
    world_check(&down);
    down.epoch++;
    assert_int_equal(world_succeed(&down, 0), 0);
    atomic_store(&progress->released, 0);
    atomic_store(&progress->seen, 0);

    for (i = 0; i < kills_wanted / KILLS_PER_PROCESS; i++) {
        pid = fixture_fork();
        if (pid == 0) {
            seed += i;
            consume_for_ever(progress);
        }

        assert_true(pid > 0);

        for (n = 200 + dice(200); n > 0;) {
            rc = put(down.w, number);
            assert_true(rc == 0 || rc == -EAGAIN);
            if (rc == 0) {
                number++;
                n--;
            } else {
                if (waitpid(pid, NULL, WNOHANG) != 0) {
                    fail_msg("it ended by itself");
                }
                (void) sched_yield();
            }
            assert_int_equal(desk_ring_publish(down.w), 0);
        }

        assert_int_equal(kill(pid, SIGKILL), 0);
        fixture_expect_killed(pid);
    }

    print_message("%u processes killed, %u records\n", i, number);
    assert_true(atomic_load(&progress->seen) <= number);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(whoever_dies_rings_hold_what_was_shown),
        TEST(processes_killed_while_they_speak_leave_whole_records),
        TEST(processes_killed_while_they_listen_skip_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
