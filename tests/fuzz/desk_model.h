/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef FUZZ_DESK_MODEL_H
#define FUZZ_DESK_MODEL_H

/*
 * The programs at the segment as far as they touch it, in one process: two
 * nginx workers (as ngx_frontdesk_media.c does it), two AI workers (call.c,
 * with its own leg.c), a supervisor. What a call's two ends say is words with
 * the call's number, so whoever hears another call's sees it.
 */

#include <errno.h>
#include <sanitizer/asan_interface.h>

#include "call/leg.h"
#include "shm/desk_rpc.h"
#include "tests/fuzz/fuzz.h"

#define MODEL_SLOTS      3U
#define MODEL_UP_BYTES   12288U
#define MODEL_DOWN_BYTES 8192U
#define MODEL_ACTORS     2U /* of either kind */

/* Who begins to read in the middle of a record takes it for a record's head. */
#define MODEL_STAMP 0x5a17ca11U
#define MODEL_WORD(call)                                                    \
    desk_record_word(DESK_RECORD_AUDIO, 0, MODEL_STAMP,                     \
                     (uint16_t) (8 * (call)))
#define MODEL_IS_WORD(word) ((word) >> 32 == MODEL_STAMP)

typedef struct {
    desk_slot_t        slot;
    desk_ring_writer_t up;
    desk_ring_reader_t down;
    uint32_t           call;
    unsigned           open:1;
} model_stream_t;

typedef struct {
    desk_process_t  self;
    model_stream_t  streams[MODEL_SLOTS];
    model_stream_t *watch[MODEL_SLOTS]; /* by slot */
    desk_rpc_t      rpc;
    unsigned        asked:1;
} model_nginx_t;

typedef struct {
    desk_process_t self;
    leg_t          legs[MODEL_SLOTS]; /* by slot */
    uint32_t       calls[MODEL_SLOTS];
    desk_bells_t   bells;
} model_worker_t;

typedef struct {
    desk_segment_t  seg;
    desk_doorbell_t bell; /* everybody rings with it */
    desk_process_t  supervisor;
    model_nginx_t   nginx[MODEL_ACTORS];
    model_worker_t  workers[MODEL_ACTORS];
    uint32_t        call_at[MODEL_SLOTS]; /* claimed last */
    uint32_t        calls;
    unsigned        damages;
} model_t;

static model_t model;

/* ---- what may be touched ---- */

static inline uint8_t *
model_rings(uint32_t slot)
{
    return model.seg.rings
           + (size_t) slot * (MODEL_UP_BYTES + MODEL_DOWN_BYTES);
}

/* Works for this slot: the other calls' rings and cards are out of bounds. */
static inline void
model_only(uint32_t slot)
{
    uint32_t i;

    for (i = 0; i < MODEL_SLOTS; i++) {
        if (i != slot) {
            ASAN_POISON_MEMORY_REGION(&model.seg.slots[i],
                                      sizeof(desk_slot_shared_t));
        }
    }

    ASAN_UNPOISON_MEMORY_REGION(model_rings(slot),
                                MODEL_UP_BYTES + MODEL_DOWN_BYTES);
}

/* Works for no call: nobody's audio may be touched. */
static inline void
model_none(void)
{
    ASAN_UNPOISON_MEMORY_REGION(model.seg.slots,
                                MODEL_SLOTS * sizeof(desk_slot_shared_t));
    ASAN_POISON_MEMORY_REGION(model.seg.rings,
                              MODEL_SLOTS
                                  * (MODEL_UP_BYTES + MODEL_DOWN_BYTES));
}

static inline void
model_all(void)
{
    ASAN_UNPOISON_MEMORY_REGION(model.seg.header, model.seg.total_bytes);
}

/* ---- what is heard ---- */

static inline void
model_hear(const desk_record_t *record, uint32_t call, const uint8_t *copy,
           const uint8_t *data, size_t bytes)
{
    size_t   i;
    uint64_t word;

    FUZZ_CHECK(record->length <= DESK_RECORD_MAX);
    FUZZ_CHECK(record->type > DESK_RECORD_PAD
               && record->type < DESK_RECORD_COUNT);
    FUZZ_CHECK((copy != NULL && record->data == copy)
               || (record->data > data
                   && record->data + record->length <= data + bytes));

    for (i = 0; i + sizeof(word) <= record->length; i += sizeof(word)) {
        memcpy(&word, record->data + i, sizeof(word));

        /* One damaged word never makes a call hear another one. */
        FUZZ_CHECK(model.damages > 1 || !MODEL_IS_WORD(word)
                   || word == MODEL_WORD(call));
    }
}

static inline uint32_t
model_words(uint64_t *words, size_t room, uint32_t length, uint32_t call)
{
    size_t i;

    for (i = 0; i < room; i++) {
        words[i] = MODEL_WORD(call);
    }

    return length % (uint32_t) (room * sizeof(*words) + 1);
}

/* ---- nginx ---- */

static inline void
stream_send(model_nginx_t *n, model_stream_t *s);

/* media_let_go() */
static inline void
stream_close(model_nginx_t *n, model_stream_t *s)
{
    if (!s->open) {
        return;
    }

    s->open = 0;
    (void) desk_ring_put(&s->up, DESK_RECORD_STOP, 0, 0, NULL, 0);
    (void) desk_ring_publish(&s->up);

    if (n->watch[s->slot.index] == s) {
        n->watch[s->slot.index] = NULL;
    }

    desk_slot_ngx_release(&model.seg, &s->slot);
    stream_send(n, s);
}

/* media_send_up() */
static inline void
stream_send(model_nginx_t *n, model_stream_t *s)
{
    int worker;

    if (desk_ring_publish(&s->up) < 0) {
        stream_close(n, s);
        return;
    }

    worker = desk_slot_ai_index(&s->slot);
    if (worker >= 0) {
        desk_ready_set(&model.seg, (uint32_t) worker, s->slot.index);
        (void) desk_doorbell_ring(&model.bell, &model.seg,
                                  (uint32_t) worker);
    }
}

/* media_open() */
static inline void
nginx_claim(model_nginx_t *n, uint32_t up_bytes)
{
    int             rc;
    uint32_t        i;
    desk_card_t     card;
    model_stream_t *s = NULL;

    for (i = 0; i < MODEL_SLOTS && s == NULL; i++) {
        s = n->streams[i].open ? NULL : &n->streams[i];
    }

    if (s == NULL) {
        return;
    }

    memset(&card, 0, sizeof(card));
    memset(s, 0, sizeof(*s));
    s->call = ++model.calls;
    (void) snprintf(card.call_id, sizeof(card.call_id), "%u", s->call);

    model_all(); /* which slot it will be is not known before */
    rc = desk_slot_claim(&model.seg, &n->self, &card, up_bytes,
                         MODEL_DOWN_BYTES, &s->slot);
    model_none();

    if (rc < 0) {
        FUZZ_CHECK(rc == -ENOENT || rc == -ENOSPC || rc == -ESTALE
                   || rc == -EINVAL);
        return;
    }

    FUZZ_CHECK(s->slot.index < MODEL_SLOTS);
    model.call_at[s->slot.index] = s->call;

    model_only(s->slot.index);
    if (desk_slot_ngx_rings(&model.seg, &s->slot, &s->up, &s->down) < 0) {
        desk_slot_ngx_release(&model.seg, &s->slot);
    } else {
        s->open = 1;
        n->watch[s->slot.index] = s;
        (void) desk_ring_put(&s->up, DESK_RECORD_START, 0, 0, NULL, 0);
        stream_send(n, s);
    }

    model_none();
}

static inline void
stream_hang_up(model_nginx_t *n, model_stream_t *s)
{
    if (s->open) {
        model_only(s->slot.index);
        stream_close(n, s);
        model_none();
    }
}

/* media_on_frame(), media_on_read() */
static inline void
stream_speak(model_nginx_t *n, model_stream_t *s, uint32_t length)
{
    uint64_t words[300];

    if (!s->open) {
        return;
    }

    length = model_words(words, 300, length, s->call);
    model_only(s->slot.index);
    (void) desk_ring_put(&s->up, DESK_RECORD_AUDIO, 0, length, words, length);
    stream_send(n, s);
    model_none();
}

/* media_on_ready() */
static inline void
stream_hear(model_nginx_t *n, model_stream_t *s)
{
    int           rc;
    desk_record_t record;

    if (!desk_slot_has_stream(&s->slot)) {
        stream_close(n, s);
        return;
    }

    while ((rc = desk_ring_next(&s->down, &record, NULL)) > 0) {
        model_hear(&record, s->call, NULL, s->slot.down_data,
                   MODEL_DOWN_BYTES);
    }

    if (rc < 0) {
        stream_close(n, s);
        return;
    }

    desk_ring_release(&s->down);
}

/* bridge_drain() */
static inline void
nginx_turn(model_nginx_t *n)
{
    uint32_t word, bit;
    uint64_t bits;

    for (word = 0; word < model.seg.ready_words; word++) {
        bits = desk_ready_take(&model.seg, n->self.index, word);

        for (; bits != 0; bits &= bits - 1) {
            bit = word * 64 + (uint32_t) __builtin_ctzll(bits);

            if (bit < MODEL_SLOTS && n->watch[bit] != NULL) {
                model_only(bit);
                stream_hear(n, n->watch[bit]);
                model_none();
            }
        }
    }

    if (desk_doorbell_arm(&model.seg, &n->self) == 0) {
        desk_doorbell_awake(&n->self);
    }
}

static inline void
nginx_ask(model_nginx_t *n, uint32_t length)
{
    int            rc;
    uint32_t       worker = 0;
    static uint8_t data[DESK_RPC_BYTES];

    if (!n->asked) {
        rc = desk_rpc_ask(&model.seg, &n->self, DESK_RPC_PING, data,
                          length % (DESK_RPC_BYTES + 2), 1000, &n->rpc,
                          &worker);
        FUZZ_CHECK(rc == 0 || rc == -EAGAIN || rc == -ENOENT
                   || rc == -EMSGSIZE);
        FUZZ_CHECK(rc < 0 || worker < DESK_PROCESS_COUNT);
        n->asked = rc == 0;
        return;
    }

    rc = desk_rpc_poll(&n->rpc, data, length % (DESK_RPC_BYTES + 1));
    FUZZ_CHECK(rc <= (int) (length % (DESK_RPC_BYTES + 1)));
    if (rc != -EAGAIN || length % 7 == 0) {
        desk_rpc_abandon(&n->rpc);
        n->asked = 0;
    }
}

/* ---- AI workers ---- */

/* call_create(), call_read(), call_on_ready() */
static inline void
worker_on_slot(model_worker_t *w, uint32_t slot, uint32_t length)
{
    int            rc;
    leg_t         *leg = &w->legs[slot];
    uint64_t       words[80];
    unsigned       is_over = 0;
    desk_record_t  record;
    static uint8_t copy[DESK_RECORD_MAX];

    if (!leg->open) {
        rc = leg_open(leg, &model.seg, &w->self, slot, &w->bells);
        if (rc < 0) {
            leg_close(leg);
            return;
        }

        w->calls[slot] = model.call_at[slot];
    }

    while ((rc = leg_next(leg, &record, copy)) > 0) {
        model_hear(&record, w->calls[slot], copy, NULL, 0);
        is_over |= record.type == DESK_RECORD_STOP;
    }

    length = model_words(words, 80, length, w->calls[slot]);

    if (rc == 0) {
        leg_read_done(leg, leg_position(leg));
        (void) leg_put(leg, DESK_RECORD_AUDIO, words, length);
        rc = leg_send(leg);
    }

    if (rc < 0 || is_over || !leg_has_stream(leg)) {
        leg_close(leg);
    }
}

static inline void
worker_on_rpc(model_worker_t *w, uint32_t entry)
{
    int             length;
    uint32_t        asker;
    desk_rpc_t      rpc;
    desk_rpc_kind_e kind;
    static uint8_t  data[DESK_RPC_BYTES];

    length = desk_rpc_take(&model.seg, &w->self, entry, &rpc, &kind, data);
    FUZZ_CHECK(length <= (int) DESK_RPC_BYTES);

    if (length >= 0) {
        FUZZ_CHECK(kind < DESK_RPC_KIND_COUNT);

        if (desk_rpc_answer(&model.seg, &rpc, 0, data, (uint32_t) length,
                            &asker)
            == 0)
        {
            FUZZ_CHECK(asker < DESK_PROCESS_COUNT);
        }
    }
}

/* worker_drain() */
static inline void
worker_turn(model_worker_t *w, uint32_t length)
{
    uint32_t word, bit;
    uint64_t bits;

    for (word = 0; word < model.seg.ready_words; word++) {
        bits = desk_ready_take(&model.seg, w->self.index, word);

        for (; bits != 0; bits &= bits - 1) {
            bit = word * 64 + (uint32_t) __builtin_ctzll(bits);

            if (bit < MODEL_SLOTS) {
                model_only(bit);
                worker_on_slot(w, bit, length);
                model_none();
            } else {
                worker_on_rpc(w, bit - MODEL_SLOTS);
            }
        }
    }

    (void) desk_bells_ring(&w->bells, &model.bell, &model.seg);
}

/* call_check_clock(), and a call that ends by itself */
static inline void
worker_look(model_worker_t *w, uint32_t slot, int hangs_up)
{
    leg_t *leg = &w->legs[slot];

    if (leg->open) {
        model_only(slot);
        if (hangs_up) {
            (void) leg_put(leg, DESK_RECORD_STOP, NULL, 0);
            (void) leg_send(leg);
        }

        if (hangs_up || !desk_slot_is_mine(&leg->slot, &w->self)) {
            leg_close(leg);
        }

        model_none();
    }
}

/* ---- the supervisor ---- */

/* A process that ended: another one comes in its place. */
static inline void
model_replace(uint32_t index)
{
    uint32_t       i;
    desk_process_t self;

    for (i = 0; i < MODEL_ACTORS; i++) {
        if (model.nginx[i].self.index == index) {
            self = model.nginx[i].self;
            memset(&model.nginx[i], 0, sizeof(model.nginx[i]));
            model.nginx[i].self = self;
            if (desk_process_enter(&model.seg, DESK_KIND_NGINX,
                                   &model.nginx[i].self)
                == 0)
            {
                (void) desk_process_set_life(&model.nginx[i].self,
                                             DESK_LIFE_UP);
            }
        }

        if (model.workers[i].self.index == index) {
            self = model.workers[i].self;
            memset(&model.workers[i], 0, sizeof(model.workers[i]));
            model.workers[i].self = self;
            if (desk_process_enter(&model.seg, DESK_KIND_AI,
                                   &model.workers[i].self)
                == 0)
            {
                (void) desk_process_set_life(&model.workers[i].self,
                                             DESK_LIFE_UP);
            }
        }
    }
}

/* supervisor_bury(); one that was not dead goes on until it beats. */
static inline void
model_bury(uint32_t index, int is_alive)
{
    uint32_t left = 0, touched;

    (void) desk_process_exists(&model.seg, index);
    (void) desk_process_kill(&model.seg, index);

    if (desk_process_bury(&model.seg, index,
                          desk_process_generation(&model.seg, index)))
    {
        touched = desk_slot_give_away(&model.seg, index, &model.bell, &left);
        FUZZ_CHECK(touched <= 2 * MODEL_SLOTS && left <= MODEL_SLOTS);
        if (is_alive) {
            return;
        }

        if (left == 0) {
            desk_process_free(&model.seg, index);
        }

        model_replace(index);
    }
}

#endif /* FUZZ_DESK_MODEL_H */
