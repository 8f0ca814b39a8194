/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The doorbell and the hand-over of a call: shm/desk_doorbell.c and
 * desk_slot.c, and the loops around them (workers/worker.c).
 *
 * nginx claims a slot, puts records and rings; worker A or B hears them, or
 * sleeps; the supervisor gives away what the dead held. nginx, A and the
 * supervisor may die between any two accesses; another supervisor comes. A may
 * be buried while it lives, and dies later.
 *
 * `armed`, the only word that is stored plainly, goes through a store buffer
 * as on x86 (TSO). What is exchanged is exchanged in memory: a locked
 * instruction. On x86 that alone keeps a later load behind it. Other machines
 * do not promise it, so each fence after an exchange is taken away by letting
 * that load go first. Must be refuted:
 *
 *   -DNO_D1     desk_doorbell_arm() looks while `armed` is in the buffer
 *   -DNO_D2     desk_doorbell_ring() has looked at `armed` before the ready bit
 *   -DNO_G1     desk_slot_give_away() has looked at the slot before the burial
 *   -DNO_G2     slot_make_live() has looked at the life before the state
 *   -DNO_G3     who publishes has looked for the owner before
 *   -DNO_LOOK   desk_doorbell_arm() does not look at the ready words
 *   -DNO_COUNT  `armed` is a flag: a late ringer clears another sleep's
 *   -DNO_BYTE   `armed` is cleared before the byte is sent
 *   -DNO_ORPHAN who claimed for a worker that was buried meanwhile, and died
 *               before it looked, leaves a call that nobody has
 *   -DNO_TELL   a supervisor does not tell again what a dead one may not have
 */

#ifndef RECORDS
#define RECORDS 2
#endif

#ifndef SUPERVISOR_DEATHS
#define SUPERVISOR_DEATHS 0
#endif

#ifndef TIMERS
#define TIMERS 0 /* so often A wakes without having been rung */
#endif

#define NOBODY 0
#define A 1
#define B 2
#define NGINX 3
#define SUPERVISOR 4

/* The state of the slot: its bits. */
#define FREE 0
#define CLAIMED 1 /* NGX */
#define LIVE 2    /* NGX, AI, LIVE */
#define CLOSED 3  /* AI, LIVE: nginx has gone */

byte state = FREE;
byte owner = NOBODY;
byte first = NOBODY;
byte tail;           /* records shown in the up ring */
bool up_a = 1;       /* A's life; B is always up */
bool ready[3];       /* the slot's bit in a worker's ready words */
byte armed[3];
byte bell[3];        /* bytes in a worker's socket */

/* Store buffers for `armed`, each of two words. */
byte stored[3];
byte first_word[3];
byte second_word[3];

bool mortal; /* whether A dies in this run, at some time or other */
bool judged; /* whether it is held for dead before, and then sent SIGKILL */
bool dead[5];
bool freed[5];
byte timers = TIMERS;
byte supervisor_deaths = SUPERVISOR_DEATHS;

/* What a worker knows of the call. */
byte heard[3];
byte seen[3];

#ifdef NO_DEATHS
#define MORTALS 0
#else
#define MORTALS 1
#endif

#define MAY_DIE(me)                                                           \
    (((me) == A && mortal) || ((me) == NGINX && MORTALS)                    \
     || ((me) == SUPERVISOR && supervisor_deaths > 0))

/* One access, before which its process may die. */
#define STEP(me, access)                                                      \
    if                                                                        \
    :: d_step { true -> access }                                              \
    :: MAY_DIE(me) -> goto die                                                \
    fi

inline empty_one(w) {
    armed[w] = first_word[w];
    first_word[w] = second_word[w];
    second_word[w] = 0;
    stored[w]--
}

proctype buffers() {
end:
    do
    :: d_step { stored[A] > 0 -> empty_one(A) }
    :: d_step { stored[B] > 0 -> empty_one(B) }
    od
}

#define LOAD_ARMED(to)                                                        \
    to = (stored[me] == 0 -> armed[me] :                                      \
          (stored[me] == 1 -> first_word[me] : second_word[me]))

#define STORE_ARMED(v)                                                        \
    if                                                                        \
    :: d_step {                                                               \
           stored[me] == 0 -> first_word[me] = v; stored[me] = 1              \
       }                                                                      \
    :: d_step {                                                               \
           stored[me] == 1 -> second_word[me] = v; stored[me] = 2             \
       }                                                                      \
    :: MAY_DIE(me) -> goto die                                                \
    fi

#define FENCE stored[me] == 0

/* ---- who rings ---- */

#define CLEAR(me, w)                                                          \
    STEP(me, armed[w] = (armed[w] == was -> was - was % 2 : armed[w]))

#define SEND(me, w) STEP(me, bell[w] = (dead[w] -> 0 : 1))

#ifdef NO_BYTE
#define WAKE(me, w) CLEAR(me, w); SEND(me, w)
#else
#define WAKE(me, w) SEND(me, w); CLEAR(me, w)
#endif

/* desk_ready_set(), desk_doorbell_ring() */
#ifdef NO_D2
#define TELL(me, w)                                                           \
    STEP(me, was = armed[w]);                                                 \
    STEP(me, ready[w] = 1)
#else
#define TELL(me, w)                                                           \
    STEP(me, ready[w] = 1);                                                   \
    STEP(me, was = armed[w])
#endif

#define RING(me, w)                                                           \
    TELL(me, w);                                                              \
    if                                                                        \
    :: was % 2 == 1 -> WAKE(me, w)                                            \
    :: else                                                                   \
    fi;                                                                       \
    was = 0

/* ---- nginx: desk_slot_claim(), then media_send_up() for each record ---- */

proctype nginx() {
    byte worker, was, n;
    bool lives;

    /* desk_process_pick() */
    STEP(NGINX, lives = up_a);
    if
    :: lives -> worker = A
    :: worker = B
    fi;

    /* slot_take(), slot_fill() */
    STEP(NGINX, state = CLAIMED);
    STEP(NGINX, first = worker);

    /* slot_make_live(): nobody else touches these until it is. */
    STEP(NGINX, owner = worker);
#ifdef NO_G2
    STEP(NGINX, lives = up_a);
#endif
    STEP(NGINX, state = LIVE);
#ifndef NO_G2
    STEP(NGINX, lives = up_a);
#endif
    if
    :: worker == A && !lives ->
       /* slot_hand_over(): if nobody did meanwhile. */
       STEP(NGINX, owner = (owner == A -> B : owner))
    :: else
    fi;
    lives = 0;

    do
    :: n == RECORDS -> break
    :: n < RECORDS ->
       n++;
#ifdef NO_G3
       STEP(NGINX, worker = owner);
#endif
       /* desk_ring_publish() */
       STEP(NGINX, tail = n);
#ifndef NO_G3
       /* desk_slot_ai_index() */
       STEP(NGINX, worker = owner);
#endif
       RING(NGINX, worker)
    od;
    goto over;

die:
    dead[NGINX] = 1;
over:
    atomic {
        worker = 0;
        was = 0;
        n = 0;
        lives = 0
    }
}

/* ---- a worker: worker_on_prepare(), worker_on_bell(), worker_on_check() */

proctype worker(byte me) {
    byte word, whose;

    if
    :: me == A -> goto take
    :: me == B -> goto end_asleep /* from the start: nothing is for it yet */
    fi;

    do
    :: true ->
take:
       /* desk_ready_take(): an exchange, if there is any. */
       if
       :: atomic { ready[me] && stored[me] == 0 -> ready[me] = 0 }
       :: atomic { !ready[me] -> goto arm }
       :: MAY_DIE(me) -> goto die
       fi;

       /* desk_slot_open(), or the call that it has; desk_ring_next() */
       STEP(me, word = state);
       STEP(me, whose = owner);
       if
       :: whose == me && word >= LIVE ->
          seen[me] = word;
          STEP(me, heard[me] = tail)
       :: else
       fi;
       word = 0;
       whose = 0;
arm:
       /* desk_doorbell_arm(): the count goes round sooner here. */
       STEP(me, LOAD_ARMED(word));
#ifdef NO_COUNT
       STORE_ARMED(1);
#else
       STORE_ARMED((word - word % 2 + 3) % 16);
#endif
       word = 0;
#ifndef NO_D1
       if
       :: FENCE
       :: MAY_DIE(me) -> goto die
       fi;
#endif
#ifndef NO_LOOK
       if
       :: atomic { ready[me] -> goto awake }
       :: atomic { !ready[me] -> goto end_asleep }
       :: MAY_DIE(me) -> goto die
       fi;
#else
       goto end_asleep;
#endif
awake:
       /* desk_doorbell_awake() */
       STEP(me, LOAD_ARMED(word));
       if
       :: word % 2 == 1 -> STORE_ARMED(word - 1)
       :: else
       fi;
       word = 0;
       goto take;
end_asleep:
       if
       :: bell[me] > 0
       :: atomic { me == A && timers > 0 -> timers--; goto awake }
       :: MAY_DIE(me) -> goto die
       fi;

       /*
        * desk_doorbell_disarm(): awake, and what was sent is read away. In
        * worker_on_check() it is awake already.
        */
       STEP(me, LOAD_ARMED(word));
       if
       :: word % 2 == 1 -> STORE_ARMED(word - 1)
       :: else
       fi;
       word = 0;
       STEP(me, bell[me] = 0)
    od;

die:
    atomic {
        dead[me] = 1;
        heard[me] = 0;
        seen[me] = 0;
        bell[me] = 0;
        word = 0;
        whose = 0
    }
}

/* ---- the supervisor ---- */

/* slot_tell_again() */
#ifdef NO_TELL
#define TELL_AGAIN skip
#else
#define TELL_AGAIN                                                            \
    if                                                                        \
    :: whose != NOBODY && (whose != first || bits == CLOSED) ->               \
       RING(SUPERVISOR, whose)                                                \
    :: else                                                                   \
    fi
#endif

/* Those of the dead one, and of one whose entry is free already. */
#ifdef NO_ORPHAN
#define GIVES_AWAY (gone == A)
#else
#define GIVES_AWAY (gone == A || freed[A])
#endif

proctype supervisor() {
    byte bits, whose, was, gone;

end:
    do
    :: atomic { gone == 0 && dead[NGINX] && !freed[NGINX] -> gone = NGINX }
    :: atomic { gone == 0 && (dead[A] || judged) && !freed[A] -> gone = A }
    :: atomic {
           gone != 0 ->
#ifdef NO_G1
           bits = state;
           whose = owner
#endif
       }
       /* desk_process_bury(), desk_process_kill() */
       STEP(SUPERVISOR, up_a = (gone == A -> 0 : up_a));
       if
       :: gone == A -> mortal = 1
       :: else
       fi;
       dead[gone];

       /* desk_slot_give_away() */
#ifndef NO_G1
       STEP(SUPERVISOR, bits = state);
#endif
       if
       :: gone == NGINX && (bits == CLAIMED || bits == LIVE) ->
          /* slot_let_go() */
          bits = (bits == LIVE -> CLOSED : FREE);
          STEP(SUPERVISOR, state = bits)
       :: else
       fi;

       if
       :: bits >= LIVE ->
#ifndef NO_G1
          STEP(SUPERVISOR, whose = owner);
#endif
          if
          :: whose == A && GIVES_AWAY ->
             /* slot_pass_on(): nobody else gives it away but its claimer. */
             STEP(SUPERVISOR, whose = owner; owner = B);
             if
             :: whose == A -> RING(SUPERVISOR, B)
             :: else
             fi
          :: else -> TELL_AGAIN
          fi
       :: else
       fi;

       /* desk_process_free() */
       STEP(SUPERVISOR, freed[gone] = 1);
       atomic {
           gone = 0;
           bits = 0;
           whose = 0
       }
    od;

die:
    atomic {
        supervisor_deaths--;
        gone = 0;
        bits = 0;
        whose = 0;
        was = 0
    }
    goto end
}

/*
 * When nothing more can happen: the call, if it is one, has an owner that
 * lives, and that one has heard all and knows whether nginx is there.
 */
proctype nothing_is_lost() {
    timeout ->
    assert(state != CLAIMED || !dead[NGINX]);
    assert(state < LIVE || owner == B || (owner == A && !dead[A]));
    assert(state < LIVE || heard[owner] == tail);
    assert(state != CLOSED || seen[owner] == CLOSED)
}

init {
    atomic {
        armed[B] = 3;
#ifndef NO_DEATHS
        if
        :: true
        :: mortal = 1
        :: judged = 1
        fi;
#endif
        run buffers();
        run nginx();
        run worker(A);
        run worker(B);
        run supervisor();
        run nothing_is_lost()
    }
}
