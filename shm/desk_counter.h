/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef DESK_COUNTER_H
#define DESK_COUNTER_H

/*
 * What each process counts, in lines of its own in the process table, where
 * it outlives the process. /metrics shows the sums as frontdesk_<name>_total.
 */
#define DESK_COUNTERS(C)                                                      \
    C(FRAMES_UP, "frames_up", "Audio frames taken from callers")              \
    C(FRAMES_DOWN, "frames_down", "Audio frames sent to callers")             \
    C(FRAMES_LOST, "frames_lost", "Audio frames dropped by a full ring")      \
    C(FRAMES_BAD, "frames_bad", "Audio frames refused: not base64, too big")  \
    C(MESSAGES_BAD, "messages_bad", "Stream messages that were not valid")    \
    C(RECORDS_BAD, "records_bad", "Ring records refused as damaged")          \
    C(STREAMS, "streams", "Media streams opened")                             \
    C(STREAMS_REFUSED, "streams_refused", "Media streams refused")            \
    C(WEBHOOKS, "webhooks", "Webhooks answered")                              \
    C(WEBHOOKS_REFUSED, "webhooks_refused", "Webhooks with a bad signature")  \
    C(DOORBELLS, "doorbells", "Doorbells rung")                               \
    C(WAKEUPS, "wakeups", "Wake-ups by doorbell")                             \
    C(CALLS, "calls", "Calls begun")                                          \
    C(CALLS_ENDED, "calls_ended", "Calls ended")                              \
    C(CALLS_ADOPTED, "calls_adopted", "Calls taken over from a dead owner")   \
    C(FENCED, "fenced", "Writes refused because the call has a new owner")    \
    C(TURNS, "turns", "Turns written")                                        \
    C(BARGE_INS, "barge_ins", "Times a caller interrupted")                   \
    C(UTTERANCES, "utterances", "Utterances recognized")                      \
    C(UTTERANCES_EMPTY, "utterances_empty", "Utterances nothing was made of") \
    C(SYNTHESES, "syntheses", "Sentences synthesized")                        \
    C(TOOL_CALLS, "tool_calls", "Tools run")                                  \
    C(PROVIDER_ERRORS, "provider_errors", "Errors of outside services")       \
    C(UNDERRUNS, "underruns", "Gaps in speech that was being spoken")         \
    C(CACHE_HITS, "cache_hits", "Configurations that were known")             \
    C(CACHE_MISSES, "cache_misses", "Configurations asked of Postgres")

#define DESK_COUNTER_ENUM(name, text, help) DESK_COUNT_##name,
typedef enum {
    DESK_COUNTERS(DESK_COUNTER_ENUM)
        DESK_COUNTER_COUNT
} desk_counter_e;
#undef DESK_COUNTER_ENUM

/* Rounded up, so that a new counter need not change the layout. */
#define DESK_COUNTER_ROOM 64

_Static_assert(DESK_COUNTER_COUNT <= DESK_COUNTER_ROOM, "counters");

/*
 * The parts of a turn whose time is counted: /metrics shows them as
 * frontdesk_turn_seconds, docs/call.md says from when to when each goes.
 */
#define DESK_STAGES(S)                                                        \
    S(ENDPOINT, "endpointing")                                                \
    S(STT, "stt")                                                             \
    S(TOKEN, "first_token")                                                   \
    S(SENTENCE, "first_sentence")                                             \
    S(AUDIO, "first_audio")                                                   \
    S(FRAME, "first_frame")                                                   \
    S(PLAYOUT, "playout")                                                     \
    S(TOOL, "tool")                                                           \
    S(REPLY, "reply")

#define DESK_STAGE_ENUM(name, text) DESK_STAGE_##name,
typedef enum { DESK_STAGES(DESK_STAGE_ENUM) DESK_STAGE_COUNT } desk_stage_e;
#undef DESK_STAGE_ENUM

#define DESK_STAGE_ROOM   16
#define DESK_BUCKET_COUNT 16

_Static_assert(DESK_STAGE_COUNT <= DESK_STAGE_ROOM, "stages");

#endif /* DESK_COUNTER_H */
