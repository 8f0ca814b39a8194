/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef DIALOGUE_BUILTIN_H
#define DIALOGUE_BUILTIN_H

#include <stddef.h>
#include <stdint.h>

/*
 * The dialogue engine that needs no model: words of the caller in, words of
 * the receptionist and tool calls out. It does nothing by itself, knows no
 * clock but the one given, and its state goes to JSON and back, so that a
 * call may move between processes or come one request at a time.
 *
 * It asks for one tool at a time and says nothing is done before the tool
 * said so. docs/dialogue.md has the states.
 */

typedef struct builtin_s builtin_t;

/* All borrowed until builtin_create() returns. */
typedef struct {
    const char        *client_name;
    const char        *timezone;     /* IANA; unknown: UTC */
    const char        *caller_phone; /* E.164 or "" */
    const char        *contact_name; /* "" when not known */
    const char *const *services;
    size_t             service_count;
    const char *const *tools; /* NULL: all that the engine knows */
    size_t             tool_count;
    const char        *state; /* of builtin_save(), or NULL */
} builtin_config_t;

/* Valid until the engine is called again. */
typedef struct {
    const char *say;     /* "" when there is nothing to say now */
    const char *tool;    /* name, or NULL */
    const char *tool_id; /* unique within the call */
    const char *args;    /* of the tool, JSON */
    unsigned    end:1;   /* hang up once this is said */
} builtin_reply_t;

int  builtin_create(builtin_t **bp, const builtin_config_t *config);
void builtin_destroy(builtin_t *b);

/* What to say when nobody greeted yet. */
const builtin_reply_t *builtin_greet(builtin_t *b);

/* The caller said this; "" when it could not be understood. */
const builtin_reply_t *builtin_hear(builtin_t *b, const char *text,
                                    int64_t now_ms);

/* The result of a tool the engine asked for. Any other is ignored. */
const builtin_reply_t *builtin_tool_result(builtin_t *b, const char *id,
                                           const char *name, const char *json,
                                           int64_t now_ms);

/*
 * Of all said since the caller last spoke, only this was heard. To be called
 * before the builtin_hear() that follows.
 */
void builtin_interrupted(builtin_t *b, const char *heard);

/* The recognizer is far from sure of what builtin_hear() is given next. */
void builtin_doubt(builtin_t *b);

/* The tool call that waits for its result, or "". */
const char *builtin_pending(const builtin_t *b);

/*
 * Takes back the last builtin_hear() and what followed from it, as when the
 * caller went on speaking before anything was answered. 0, or -EBUSY when
 * something has been written since, or -ENOENT.
 */
int builtin_undo(builtin_t *b);

/* JSON, malloc'd; NULL without memory. */
char *builtin_save(const builtin_t *b);

/* "BOOKING": for logs and tests. */
const char *builtin_state(const builtin_t *b);

/* ---- without a dialogue: for measuring recognition ---- */

typedef struct {
    const char *intent;
    char        date[16]; /* "2026-11-21" or "" */
    char        part[16]; /* "morning" or "" */
    char        time[8];  /* "09:30" or "" */
    char        name[64];
    char        phone[24];
    char        service[64];
} builtin_guess_t;

/* now is Unix time; the zone that of the client. */
void builtin_intent_of(builtin_guess_t *guess, const char *text,
                       int64_t now_ms, const char *timezone,
                       const char *const *services, size_t service_count);

/* "booking date=2026-11-21 part=morning": what is empty is left out. */
void builtin_guess_print(const builtin_guess_t *guess, char *text,
                         size_t size);

#endif /* DIALOGUE_BUILTIN_H */
