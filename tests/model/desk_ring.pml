/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The ring of shm/desk_ring.c, step by step: every load, store and exchange of
 * the shared words is one step here, and between any two of them any other
 * process may run, or the producer may die.
 *
 * Producers come with epochs 1 to LAST. Each may take over at any time, from
 * one that is dead, frozen or at work: who is not scheduled for a while is
 * frozen. Stores go through a store buffer as on x86 (TSO), which also empties
 * when its process is dead; what locks the bus waits until it is empty.
 *
 * A ring has SIZE words here and a record two or three, so that every wrap and
 * every lap lies within a few records. What differs:
 *
 *   -DOVERWRITES  the ring that never waits (up), else the one that does (down)
 *   -DRENEW       epoch 2 is the next call in this slot: desk_ring_renew()
 *
 * and what must be refuted:
 *
 *   -DNO_RELEASE  R2: the tail is seen before the record
 *   -DNO_EPOCH    desk_ring_publish() stores the tail without comparing
 *   -DNO_GUARD    a successor begins where its predecessor's tail is
 *   -DNO_BASE     the reader goes on where it was
 *   -DNO_BASE_EPOCH  the reader believes a base that its tail does not have
 *   -DNO_BATCH    desk_ring_put() goes on beyond the guard
 *   -DNO_ROOM     desk_ring_put() does not look at the head
 *   -DNO_KILL     a frozen producer is left alive for a lap of the ring
 *   -DNO_STEP     desk_ring_renew() goes on at the same position
 *   -DNO_EXCHANGE and stores the tail without comparing
 *   -DNO_OLDEST   a producer believes an `oldest` from before its base
 *   -DNO_F1       `oldest` is seen after the bytes it gave up
 *   -DNO_F2       the reader looks at `oldest` before its copy
 */

#ifndef LAST
#define LAST 2
#endif

#ifndef RECORDS
#define RECORDS 3 /* of each epoch */
#endif

#ifndef START
#define START 5 /* the first position: ends are met early */
#endif

#ifndef READER_DEATHS
#define READER_DEATHS 0 /* so often another goes on where `replay` says */
#endif

#define SIZE 8
#define GUARD 4           /* DESK_RING_GUARD */
#define BATCH (GUARD - 1) /* BATCH_BYTES: less one head */
#define DEPTH 3           /* of a store buffer: the longest record */

/* epoch << 48 | position */
#define WORD(epoch, position) ((epoch) * 64 + (position))
#define EPOCH(word) ((word) / 64)
#define POSITION(word) ((word) % 64)

/* Records are numbered; the number tells the length, as a head does. */
#define ID(epoch, seq) ((epoch) * 8 + (seq))
#define SPAN(id) (2 + (id) % 2)
#define PAD 255
#define HEAD_OF(id) (64 + (id))
#define FIRST_OF(id) (128 + (id))
#define SECOND_OF(id) (160 + (id))
#define IS_HEAD(word) ((word) >= 64 && (word) < 128)

#define TAIL 0
#define BASE 1
#define OLDEST 2
#define HEAD 3
#define REPLAY 4
#define CELL(position) (5 + (position) % SIZE)

#define READER 0 /* and producers by their epochs */

typedef buffer_t {
    byte n;
    byte at[DEPTH];
    byte value[DEPTH]
};

byte     mem[5 + SIZE];
buffer_t buffer[LAST + 1];

/* What the proof knows and the code does not. */
byte published[LAST + 1]; /* records of an epoch that were shown */
byte lap[LAST + 1];       /* the tail it stored last; 0: none */
bool over[LAST + 1];      /* it ended or died */
bool live;                /* the reader may begin */
byte reader_deaths = READER_DEATHS;

#define ALL_OVER                                                              \
    (over[1] && over[LAST] && over[(LAST + 1) / 2] && buffer[1].n == 0        \
     && buffer[LAST].n == 0 && buffer[(LAST + 1) / 2].n == 0)

/* The last one lives: what it says is to be heard. */
#define MAY_DIE(me) ((me) == READER -> reader_deaths > 0 : (me) != LAST)

/* ---- the machine ---- */

inline look(me, to, a) {
    to = mem[a];
    if
    :: buffer[me].n > 0 && buffer[me].at[0] == a -> to = buffer[me].value[0]
    :: else
    fi;
    if
    :: buffer[me].n > 1 && buffer[me].at[1] == a -> to = buffer[me].value[1]
    :: else
    fi;
    if
    :: buffer[me].n > 2 && buffer[me].at[2] == a -> to = buffer[me].value[2]
    :: else
    fi
}

#define LOAD(me, to, a)                                                       \
    if                                                                        \
    :: d_step { true -> look(me, to, a) }                                     \
    :: MAY_DIE(me) -> goto dead                                               \
    fi

#define STORE(me, a, v)                                                       \
    if                                                                        \
    :: d_step {                                                               \
           buffer[me].n < DEPTH ->                                            \
           buffer[me].at[buffer[me].n] = a;                                   \
           buffer[me].value[buffer[me].n] = v;                                \
           buffer[me].n++                                                     \
       }                                                                      \
    :: MAY_DIE(me) -> goto dead                                               \
    fi

/* A locked instruction: what was stored before is seen before. */
#define DRAINED(me) (buffer[me].n == 0)

/* The exchange; `then` happens with it. */
#define CAS(me, drained, a, was, now, then)                                   \
    if                                                                        \
    :: d_step {                                                               \
           drained ->                                                         \
           if                                                                 \
           :: mem[a] == was -> mem[a] = now; ok = 1; then                     \
           :: else -> was = mem[a]; ok = 0                                    \
           fi                                                                 \
       }                                                                      \
    :: MAY_DIE(me) -> goto dead                                               \
    fi

inline empty_one(me) {
    mem[buffer[me].at[0]] = buffer[me].value[0];
    buffer[me].n--;
    buffer[me].at[0] = buffer[me].at[1];
    buffer[me].value[0] = buffer[me].value[1];
    buffer[me].at[1] = buffer[me].at[2];
    buffer[me].value[1] = buffer[me].value[2];
    buffer[me].at[2] = 0;
    buffer[me].value[2] = 0
}

active proctype buffers() {
end:
    do
    :: d_step { buffer[0].n > 0 -> empty_one(0) }
    :: d_step { buffer[1].n > 0 -> empty_one(1) }
    :: d_step { buffer[LAST].n > 0 -> empty_one(LAST) }
#if LAST > 2
    :: d_step { buffer[2].n > 0 -> empty_one(2) }
#endif
    od
}

/* ---- the producer ---- */

/*
 * Whoever was replaced is sent SIGKILL before it is: it has ended before the
 * ring has gone round, and its bytes are in use again.
 */
#ifdef NO_KILL
#define SAFE(end) true
#else
#define SAFE_FROM(e, end)                                                     \
    ((e) >= me || lap[e] == 0 || (end) <= lap[e] + SIZE                       \
     || (over[e] && buffer[e].n == 0))
#define SAFE(end) (SAFE_FROM(1, end) && SAFE_FROM((LAST + 1) / 2, end))
#endif

#ifdef OVERWRITES
#define OLD_LIMIT OLDEST
#else
#define OLD_LIMIT HEAD
#endif

#ifdef NO_RELEASE
#define SHOWN true
#else
#define SHOWN DRAINED(me)
#endif

#ifdef NO_BATCH
#define BEYOND false
#else
#define BEYOND (tail + span - POSITION(shown) > BATCH)
#endif

/* desk_ring_publish(); `count`: of how many records. */
#ifdef NO_EPOCH
#define PUBLISH(count)                                                        \
    if                                                                        \
    :: d_step {                                                               \
           SHOWN ->                                                           \
           mem[TAIL] = WORD(me, tail); published[me] = count; lap[me] = tail  \
       }                                                                      \
    :: MAY_DIE(me) -> goto dead                                               \
    fi;                                                                       \
    shown = WORD(me, tail)
#else
#define PUBLISH(count)                                                        \
    if                                                                        \
    :: shown != WORD(me, tail) ->                                             \
       word = shown;                                                          \
       CAS(me, SHOWN, TAIL, word, WORD(me, tail),                             \
           published[me] = count; lap[me] = tail);                            \
       if                                                                     \
       :: !ok -> goto stale                                                   \
       :: else                                                                \
       fi;                                                                    \
       word = 0;                                                              \
       shown = WORD(me, tail)                                                 \
    :: else                                                                   \
    fi
#endif

proctype producer(byte me; bool fenced) {
    byte word, tail, shown, limit, span, to_end, need, seq, old;
    bool ok;

#ifdef RENEW
    /* slot_fill() of the next claimer: desk_ring_renew(). */
    if
    :: me == 2 ->
       LOAD(me, word, TAIL);
       do
       :: ok -> break
       :: !ok ->
#ifdef NO_STEP
          tail = POSITION(word);
#else
          tail = POSITION(word) + 1 + GUARD;
#endif
          STORE(me, BASE, WORD(1, tail));
          STORE(me, OLDEST, tail);
          STORE(me, HEAD, tail);
          STORE(me, REPLAY, tail);
#ifdef NO_EXCHANGE
          STORE(me, TAIL, WORD(1, tail));
          ok = 1
#else
          CAS(me, DRAINED(me), TAIL, word, WORD(1, tail), skip)
#endif
       od;
       /* slot_make_live(): S1 */
       atomic { DRAINED(me) -> live = 1 }
    :: else
    fi;
#endif

    /* desk_ring_writer_attach() */
    LOAD(me, word, TAIL);
    ok = 0;
    do
    :: ok -> break
    :: !ok ->
       if
       :: EPOCH(word) >= me -> goto stale
       :: else
       fi;
       tail = POSITION(word);

       if
       :: fenced ->
#ifndef NO_GUARD
          tail = tail + GUARD;
#endif
          /* ring_announce_base() */
          LOAD(me, old, BASE);
          do
          :: ok -> break
          :: !ok ->
             if
             :: EPOCH(old) > me -> goto stale
             :: else
             fi;
             CAS(me, DRAINED(me), BASE, old, WORD(me, tail), skip)
          od;
          ok = 0;
          old = 0
       :: else
       fi;

       /* R3 */
       CAS(me, DRAINED(me), TAIL, word, WORD(me, tail),
           lap[me] = tail)
    od;
    word = 0;
    shown = WORD(me, tail);

    LOAD(me, limit, OLD_LIMIT);

#ifdef OVERWRITES
#ifndef NO_OLDEST
    LOAD(me, old, BASE);
#endif
    if
    :: (fenced || limit < POSITION(old) || limit > tail
        || tail - limit > SIZE) ->
       limit = tail;
       STORE(me, OLDEST, tail)
    :: else
    fi;
    old = 0;
#else
    if
    :: limit > tail ->
       /* The reader is with a successor already: this one was replaced. */
       LOAD(me, word, TAIL);
#ifndef RENEW
       assert(word != shown);
#endif
       goto stale
    :: else
    fi;
#endif

    do
    :: seq == RECORDS -> break
    :: seq < RECORDS ->
       /* desk_ring_put() */
       span = SPAN(ID(me, seq));

#ifndef NO_EPOCH
       LOAD(me, word, TAIL);
       if
       :: word != shown -> goto stale
       :: else
       fi;
#endif
       to_end = SIZE - tail % SIZE;
       need = (span <= to_end -> span : to_end + span);
       SAFE(tail + need);

#ifndef NO_ROOM
       /* ring_make_room() */
       if
       :: tail + need - limit <= SIZE
       :: else ->
#ifdef OVERWRITES
          /* ring_drop_oldest() */
          do
          :: tail + need - limit <= SIZE -> break
          :: else ->
             LOAD(me, old, CELL(limit));
             old = (old == PAD -> SIZE - limit % SIZE : SPAN(old));
             limit = (old > tail - limit -> tail : limit + old)
          od;
          old = 0;
#ifndef NO_F1
          STORE(me, OLDEST, limit)
#endif
#else
          /* desk_ring_room(): A1. Full is told, and tried again. */
          LOAD(me, old, HEAD);
          limit = (old > limit && old <= tail -> old : limit);
          old = 0;
          if
          :: tail - limit >= SIZE || SIZE - (tail - limit) < need ->
             PUBLISH(seq);
             if
             :: mem[HEAD] > limit || mem[TAIL] != shown
             :: MAY_DIE(me) -> goto dead
             fi;
             goto again
          :: else
          fi
#endif
       fi;
#endif

       if
       :: span > to_end ->
          STORE(me, CELL(tail), PAD);
          tail = tail + to_end
       :: else
       fi;

       if
       :: BEYOND -> PUBLISH(seq)
       :: else
       fi;

       STORE(me, CELL(tail), HEAD_OF(ID(me, seq)));
       STORE(me, CELL(tail + 1), FIRST_OF(ID(me, seq)));
       if
       :: span == 3 -> STORE(me, CELL(tail + 2), SECOND_OF(ID(me, seq)))
       :: else
       fi;
#if defined(OVERWRITES) && defined(NO_F1)
       STORE(me, OLDEST, limit);
#endif
       tail = tail + span;
       seq++;

       /* A batch, or each for itself. */
       if
       :: seq < RECORDS
       :: PUBLISH(seq)
       fi;
again:
       span = 0;
       to_end = 0;
       need = 0
    od;

stale:
dead:
    atomic {
        over[me] = 1;
        word = 0;
        tail = 0;
        shown = 0;
        limit = 0;
        span = 0;
        to_end = 0;
        need = 0;
        seq = 0;
        old = 0;
        ok = 0
    }
}

/* ---- the reader ---- */

#ifdef OVERWRITES
#define IN_TURN(seq) (seq >= due)
#else
#define IN_TURN(seq) (seq == due)
#endif

/*
 * What a record must be: of the producer whose tail was seen last, shown by
 * it, whole, and the next one.
 */
inline hear(id) {
    assert(id / 8 == EPOCH(word));
    assert(id % 8 < published[id / 8]);
    assert(first == FIRST_OF(id));
    assert(span == 2 || second == SECOND_OF(id));
    if
    :: id / 8 != epoch ->
       assert(id / 8 > epoch);
       epoch = id / 8;
       due = 0
    :: else
    fi;
    assert(IN_TURN(id % 8));
    due = id % 8 + 1
}

proctype reader() {
    byte cursor, tail, word, base, oldest, at, head, first, second, span, id;
    byte due, epoch;
    byte heard; /* head as stored last */

    live;

    /* desk_ring_reader_attach() */
    LOAD(READER, cursor, HEAD);

attach:
    LOAD(READER, word, TAIL);
    assert(cursor <= POSITION(word));
    tail = cursor;
    heard = cursor;

    do
    :: true ->
       /* desk_ring_next(): ring_follow_tail() */
       if
       :: cursor < tail
       :: else ->
          LOAD(READER, word, TAIL);
          LOAD(READER, base, BASE);

#ifndef NO_BASE_EPOCH
          if
          :: EPOCH(base) > EPOCH(word) -> goto none
          :: else
          fi;
#endif
          /* Nothing here may look like damage: -EBADMSG ends the call. */
          assert(POSITION(word) >= cursor && POSITION(word) >= POSITION(base));
#ifndef NO_BASE
          cursor = (cursor < POSITION(base) -> POSITION(base) : cursor);
#endif
#ifdef OVERWRITES
          LOAD(READER, oldest, OLDEST);
          assert(!(POSITION(word) > oldest && POSITION(word) > POSITION(base)
                   && POSITION(word) - oldest > SIZE
                   && POSITION(word) - POSITION(base) > SIZE));
          oldest = 0;
#else
          assert(POSITION(word) - cursor <= SIZE);
#endif
          tail = POSITION(word);
          if
          :: cursor >= tail -> goto none
          :: else
          fi
       fi;

       at = cursor % SIZE;
#if defined(OVERWRITES) && defined(NO_F2)
       LOAD(READER, oldest, OLDEST);
#endif
       LOAD(READER, head, CELL(cursor));
       id = (IS_HEAD(head) -> head - 64 : 0);
       span = (head == PAD -> SIZE - at : (IS_HEAD(head) -> SPAN(id) : 0));

       if
       :: head != PAD && span > 0 && at + span <= SIZE ->
          LOAD(READER, first, CELL(cursor + 1));
          if
          :: span == 3 -> LOAD(READER, second, CELL(cursor + 2))
          :: else
          fi
       :: else
       fi;

#ifdef OVERWRITES
#ifndef NO_F2
       LOAD(READER, oldest, OLDEST);
#endif
       if
       :: oldest > cursor ->
          /* ring_skip_overwritten() */
          LOAD(READER, at, TAIL);
          oldest = (oldest > POSITION(at) -> POSITION(at) : oldest);
          assert(oldest >= cursor);
          cursor = oldest;
          tail = oldest;
          goto next
       :: else
       fi;
#endif
       assert(span > 0 && at + span <= SIZE && span <= tail - cursor);
       if
       :: head != PAD -> hear(id)
       :: else
       fi;
       cursor = cursor + span;

       /* A turn ends here, or goes on. */
       if
       :: true
       :: cursor != heard -> goto release
       fi;
       goto next;

none:
       if
       :: cursor == heard -> goto idle
       :: else
       fi;
release:
       /* R1 */
#ifdef OVERWRITES
       /* Kept for who comes after; or not, while somebody speaks. */
       if
       :: READER_DEATHS > 0 -> STORE(READER, REPLAY, cursor)
       :: true
       fi;
#endif
       STORE(READER, HEAD, cursor);
       heard = cursor;
       goto next;
idle:
       /* Looking again finds the same until one of these has changed. */
       if
       :: mem[TAIL] != word || mem[BASE] != base
       :: ALL_OVER && mem[TAIL] == word && mem[BASE] == base -> break
       fi;
next:
       atomic {
           at = 0;
           head = 0;
           first = 0;
           second = 0;
           span = 0;
           id = 0;
           oldest = 0
       }
    od;

    /* Quiet, and all was heard that the last one said. */
    assert(EPOCH(mem[TAIL]) == LAST);
    assert(published[LAST] == RECORDS);
    assert((epoch == LAST && due == RECORDS) || reader_deaths < READER_DEATHS);
    assert(cursor == POSITION(mem[TAIL]));
    goto done;

dead:
    /* desk_slot_ai_rings() of the heir */
    atomic {
        reader_deaths--;
        cursor = mem[REPLAY];
        epoch = 0;
        due = 0;
        base = 0;
        at = 0;
        head = 0;
        first = 0;
        second = 0;
        span = 0;
        id = 0;
        oldest = 0
    }
    goto attach;
done:
    skip
}

init {
    atomic {
        /* desk_ring_renew() for epoch 1 */
        mem[TAIL] = WORD(0, START);
        mem[BASE] = WORD(0, START);
        mem[OLDEST] = START;
        mem[HEAD] = START;
        mem[REPLAY] = START;
        run producer(1, 0);
#ifdef RENEW
        run producer(2, 0);
#else
        live = 1;
#if LAST > 1
        run producer(2, 1);
#endif
#if LAST > 2
        run producer(3, 1);
#endif
#endif
        run reader()
    }
}
