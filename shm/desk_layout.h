/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef DESK_LAYOUT_H
#define DESK_LAYOUT_H

#include <stdalign.h>
#include <stdatomic.h>
#include <stdint.h>

#include "desk_counter.h"

/*
 * The bytes of the segment. Both sides map them, at addresses of their own:
 * offsets and numbers only, never a pointer. Change anything here and
 * DESK_LAYOUT_VERSION goes up: a segment of another version is refused.
 *
 *   header | processes | ready words | slot states | slots | rpc | breakers |
 *   ring bytes
 *
 * docs/segment.md says of each field who writes it, who reads it, and when.
 */
#define DESK_MAGIC 0x314b534544544e46ULL /* "FNTDESK1" */
#define DESK_LAYOUT_VERSION 5
#define DESK_LINE 64

#define DESK_PROCESS_COUNT 256 /* multiple of 64 */
#define DESK_RPC_COUNT 32
#define DESK_RPC_BYTES 16384
#define DESK_SLOTS_MAX 16384
#define DESK_RING_BYTES_MAX 16777216

/* ---- header ---- */

typedef struct {
    /* Written once by the creator, before `ready`; constant after. */
    uint64_t magic;
    uint32_t layout_version;
    uint32_t header_bytes;
    uint64_t total_bytes;
    uint32_t slot_count;
    uint32_t process_count;
    uint32_t rpc_count;
    uint32_t up_bytes;   /* of a slot's up ring at most; multiple of 4096 */
    uint32_t down_bytes; /* of its down ring */
    uint32_t reserved;
    uint64_t processes_offset;
    uint64_t ready_offset;
    uint64_t states_offset;
    uint64_t slots_offset;
    uint64_t rpc_offset;
    uint64_t breakers_offset;
    uint64_t rings_offset;
    uint8_t  boot_id[16]; /* of the machine's boot the segment belongs to */
    uint64_t checksum;    /* FNV-1a of all above */

    alignas(DESK_LINE) _Atomic uint32_t ready; /* 1: the above is whole */
    _Atomic uint32_t draining;                 /* 1: no new calls */
} desk_header_t;

/* ---- process table ---- */

typedef struct {
    /* generation << 8 | desk_life_e */
    alignas(DESK_LINE) _Atomic uint64_t life;
    _Atomic uint64_t start_time; /* of the pid, in clock ticks since boot */
    _Atomic int32_t  pid;
    _Atomic uint32_t kind;
    _Atomic uint64_t heartbeat_ms; /* CLOCK_MONOTONIC */
    _Atomic uint32_t calls;        /* what it holds now */
    _Atomic uint32_t hand;         /* slot it works for at this moment + 1 */

    /* Its doorbell: times armed << 1 | 1 while it sleeps, or is about to. */
    alignas(DESK_LINE) _Atomic uint32_t armed;

    /* Of all processes that ever had this entry: sums only grow. */
    alignas(DESK_LINE) _Atomic uint64_t counters[DESK_COUNTER_ROOM];
} desk_process_shared_t;

/* ---- call slots ---- */

/* One direction's ring; the bytes themselves lie at rings_offset. */
typedef struct {
    /* Producer: epoch << 48 | position up to which records are whole. */
    alignas(DESK_LINE) _Atomic uint64_t tail;
    _Atomic uint64_t base;   /* epoch << 48 | where its records begin */
    _Atomic uint64_t oldest; /* up: the oldest record not overwritten */
    _Atomic uint32_t bytes;  /* the size in use */

    /* Consumer. */
    alignas(DESK_LINE) _Atomic uint64_t head; /* read up to here */
    _Atomic uint64_t replay; /* up: a new owner listens again from here */
} desk_ring_shared_t;

#define DESK_ID_BYTES 40

/* What the call is, written by its claimer before the first record. */
typedef struct {
    char     call_id[DESK_ID_BYTES];
    char     client_id[DESK_ID_BYTES];
    char     agent_id[DESK_ID_BYTES];
    char     call_sid[DESK_ID_BYTES];
    char     stream_sid[DESK_ID_BYTES];
    uint32_t pipeline; /* desk_pipeline_e */
    uint32_t reserved;
    uint64_t opened_ms; /* CLOCK_MONOTONIC, when the stream opened */
} desk_card_t;

/*
 * A slot's state word: generation << 32 | (claimer's process index + 1) << 8
 * | bits. No bits: it is free.
 */
#define DESK_SLOT_NGX 0x01U  /* nginx holds it: a stream is open */
#define DESK_SLOT_AI 0x02U   /* an AI worker holds it */
#define DESK_SLOT_LIVE 0x04U /* the card and the rings are filled */
#define DESK_SLOT_BITS 0xffU
#define DESK_SLOT_CLAIMER_SHIFT 8
#define DESK_SLOT_CLAIMER_MASK 0xffffffU
#define DESK_SLOT_GENERATION_SHIFT 32

typedef struct {
    /*
     * epoch << 32 | process index + 1; without an index: nobody. Epochs go on
     * from call to call, so that an owner of old is never taken for one of
     * now; they are 16 bits wide and go round.
     */
    alignas(DESK_LINE) _Atomic uint64_t ngx_owner;
    _Atomic uint64_t ai_owner;
    _Atomic uint32_t first_epoch; /* of this call's first worker */
    _Atomic uint32_t deaths;      /* workers that died working for this call */
    _Atomic uint32_t losses;      /* and all that died holding it */
    _Atomic uint32_t has_pages;   /* allocated: of up << 16 | of down */
    _Atomic uint64_t death_ms;    /* CLOCK_MONOTONIC, of the first of them */

    alignas(DESK_LINE) desk_card_t card;

    desk_ring_shared_t up;
    desk_ring_shared_t down;
} desk_slot_shared_t;

/* ---- RPC lane ---- */

typedef struct {
    /* uses << 40 | ms when claimed << 8 | state; see desk_rpc.c */
    alignas(DESK_LINE) _Atomic uint64_t state;
    _Atomic uint64_t asker;    /* process index + 1 */
    _Atomic uint64_t answerer; /* process index + 1 */
    _Atomic uint64_t deadline_ms;
    _Atomic uint32_t kind;
    _Atomic int32_t  status; /* of the answer: 0 or -errno */
    _Atomic uint32_t ask_bytes;
    _Atomic uint32_t answer_bytes;

    alignas(DESK_LINE) uint8_t ask[DESK_RPC_BYTES];
    uint8_t answer[DESK_RPC_BYTES];
} desk_rpc_shared_t;

/* ---- breakers ---- */

#define DESK_SERVICE_COUNT 32
#define DESK_SERVICE_NAME  24 /* bytes; not ended by NUL when it has as many */
#define DESK_BREAKER_COUNT 512

/* A service outside, with all its credentials. */
typedef struct {
    alignas(DESK_LINE) _Atomic uint64_t key; /* of its name; 0: free */
    _Atomic uint64_t name[DESK_SERVICE_NAME / 8];
    _Atomic uint64_t requests;
    _Atomic uint64_t faults;
    _Atomic uint64_t opened;
} desk_service_shared_t;

/* A service and one credential; see desk_breaker.c for the words. */
typedef struct {
    alignas(DESK_LINE) _Atomic uint64_t key; /* of both; 0: free */
    _Atomic uint64_t word;
    _Atomic uint64_t faults[4]; /* the last ones, each in place next % 4 */
    _Atomic uint32_t next;
    _Atomic uint32_t well;   /* answers that went well */
    _Atomic uint32_t used_s; /* CLOCK_MONOTONIC, when last asked for */
    _Atomic uint32_t service;
} desk_breaker_shared_t;

typedef struct {
    alignas(DESK_LINE) _Atomic uint64_t salt[2];
    desk_service_shared_t services[DESK_SERVICE_COUNT];
    desk_breaker_shared_t entries[DESK_BREAKER_COUNT];
} desk_breakers_shared_t;

_Static_assert(sizeof(desk_service_shared_t) == DESK_LINE, "service");
_Static_assert(sizeof(desk_breaker_shared_t) == DESK_LINE, "breaker");
_Static_assert(sizeof(desk_process_shared_t) == 640, "process");
_Static_assert(sizeof(desk_ring_shared_t) == 128, "ring");
_Static_assert(sizeof(desk_slot_shared_t) == 576, "slot");
_Static_assert(sizeof(desk_rpc_shared_t) == 64 + 2 * DESK_RPC_BYTES, "rpc");
_Static_assert(sizeof(desk_header_t) == 192, "header");

#endif /* DESK_LAYOUT_H */
