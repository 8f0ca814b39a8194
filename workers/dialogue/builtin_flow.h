/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef DIALOGUE_BUILTIN_FLOW_H
#define DIALOGUE_BUILTIN_FLOW_H

#include <cjson/cJSON.h>

#include "dialogue/builtin.h"
#include "dialogue/builtin_intent.h"
#include "base/zone.h"

/* What the files of the engine share; nobody else includes it. */

#define BUILTIN_SERVICES_MAX 24
#define BUILTIN_SLOTS_MAX    12
#define BUILTIN_OFFERS_MAX   3
#define BUILTIN_OWN_MAX      4
#define BUILTIN_SAY_BYTES    1536
#define BUILTIN_ID_BYTES     48

#define BUILTIN_STATES(S)                                                      \
    S(GREETING, NULL)                 /* nothing heard yet */                  \
    S(INTENT, NULL)                   /* what does the caller want? */         \
    S(FAQ, NULL)                      /* a question is being answered */       \
    S(BOOKING, NULL)                  /* books, moves or cancels */            \
    S(TRANSFER_ATTEMPT, NULL)         /* wants a person: a message instead? */ \
    S(LEAD_CAPTURE, NULL)             /* takes a message */                    \
    S(CONFIRMATION, NULL)             /* all is known: shall it be done? */    \
    S(WRAP_UP, builtin_enter_wrap_up) /* done: anything else? */               \
    S(ENDED, builtin_enter_ended)

#define BUILTIN_STATE_ENUM(name, enter) BUILTIN_STATE_##name,
typedef enum {
    BUILTIN_STATES(BUILTIN_STATE_ENUM)
        BUILTIN_STATE_COUNT
} builtin_state_e;

/* The question that is open. */
#define BUILTIN_ASKS(S)                                              \
    S(NOTHING, "")                                                   \
    S(HELP, "help") /* what can I do for you? */                     \
    S(SERVICE, "service")                                            \
    S(DAY, "day")                                                    \
    S(CHOICE, "choice") /* of the times offered */                   \
    S(NAME, "name")                                                  \
    S(OWN_PHONE, "own_phone") /* the number you are calling from? */ \
    S(PHONE, "phone")                                                \
    S(PHONE_RIGHT, "phone_right")                                    \
    S(CONFIRM, "confirm")                                            \
    S(CHANGE, "change")     /* what is to be different? */           \
    S(WHICH, "which")       /* of the caller's appointments */       \
    S(BOOK_NEW, "book_new") /* none to move: shall one be booked? */ \
    S(REASON, "reason")     /* of the message */                     \
    S(MESSAGE, "message")   /* shall I take a message? */            \
    S(MORE, "more")         /* anything else? */

#define BUILTIN_ASK_ENUM(name, text) BUILTIN_ASK_##name,
typedef enum {
    BUILTIN_ASKS(BUILTIN_ASK_ENUM)
        BUILTIN_ASK_COUNT
} builtin_ask_e;

#define BUILTIN_TASKS(S) \
    S(NONE, "")          \
    S(BOOK, "book")      \
    S(MOVE, "move")      \
    S(CANCEL, "cancel")  \
    S(LEAD, "lead")

#define BUILTIN_TASK_ENUM(name, text) BUILTIN_TASK_##name,
typedef enum {
    BUILTIN_TASKS(BUILTIN_TASK_ENUM)
        BUILTIN_TASK_COUNT
} builtin_task_e;

#define BUILTIN_TOOLS(S)              \
    S(NONE, "")                       \
    S(SLOTS, "get_available_slots")   \
    S(BOOK, "book_appointment")       \
    S(MOVE, "reschedule_appointment") \
    S(CANCEL, "cancel_appointment")   \
    S(LIST, "list_my_appointments")   \
    S(NAME, "save_contact_name")      \
    S(SEARCH, "search_knowledge")     \
    S(HOURS, "get_business_hours")    \
    S(LEAD, "capture_lead")           \
    S(END, "end_call")

#define BUILTIN_TOOL_ENUM(name, text) BUILTIN_TOOL_##name,
typedef enum {
    BUILTIN_TOOLS(BUILTIN_TOOL_ENUM)
        BUILTIN_TOOL_COUNT
} builtin_tool_e;

/* Questions to be answered before the task goes on. */
#define BUILTIN_TODO_HOURS  1U
#define BUILTIN_TODO_SEARCH 2U
#define BUILTIN_TODO_LIST   4U

typedef struct {
    char    id[BUILTIN_ID_BYTES];
    int32_t start; /* local minutes since 1970 */
    char    service[64];
} builtin_own_t;

/*
 * All of the dialogue that must outlive a process: saved field by field in
 * builtin_state.c. Times are local minutes since 1970, 0: none.
 */
typedef struct {
    builtin_state_e state;
    builtin_ask_e   ask;
    builtin_task_e  task;
    int             turns;  /* heard in this call */
    int             misses; /* in a row */
    int             stalls; /* heard without getting anywhere, in a row */
    int             serial; /* of tool calls */
    unsigned        todo;
    unsigned        done_something:1;
    unsigned        asked_more:1;
    unsigned        offered_message:1;

    /* the appointment in the making */
    int            service; /* index, or -1 */
    int            party;
    builtin_when_t when;
    int32_t        start; /* chosen */
    char           name[BUILTIN_NAME_BYTES];
    char           phone[BUILTIN_DIGITS_BYTES];    /* as dialed */
    char           digits[BUILTIN_DIGITS_BYTES];   /* said so far */
    char           insisted[BUILTIN_DIGITS_BYTES]; /* said last */
    unsigned       phone_plus:1;
    unsigned       phone_done:1;
    unsigned       name_saved:1;
    unsigned       confirmed:1;

    /* what get_available_slots gave */
    unsigned looked:1; /* for `when` as it is now */
    unsigned widened:1;
    unsigned flipped:1; /* the other half of the day was tried */
    unsigned missed:1;  /* what was asked for is not to be had */
    unsigned closed:1;
    int      slot_count;
    int32_t  slots[BUILTIN_SLOTS_MAX];
    int      offer_count;
    int32_t  offers[BUILTIN_OFFERS_MAX];
    int32_t  last_offer; /* latest that was refused */

    /* the caller's appointments */
    unsigned      own_known:1;
    int           own_count;
    int           own; /* index of the one meant, or -1 */
    builtin_own_t owns[BUILTIN_OWN_MAX];

    char     reason[256];
    char     query[BUILTIN_QUERY_BYTES];
    int      search_miss; /* an unclear utterance is searched for */
    int32_t  hours_day;
    unsigned hours_yes:1; /* it was asked by "are you open?" */

    builtin_tool_e pending;
    char           pending_id[BUILTIN_ID_BYTES];

    char said[BUILTIN_SAY_BYTES]; /* last reply, for "repeat" */
} builtin_dialogue_t;

struct builtin_s {
    char           *client_name;
    char           *caller_phone;
    char           *contact_name;
    char          **services;
    size_t          service_count;
    unsigned        tools; /* bits of builtin_tool_e */
    zone_t          zone;
    int32_t         now; /* local minutes since 1970 */
    unsigned        unheard:1;
    unsigned        doubtful:1;
    unsigned        can_undo:1;
    unsigned        wrote:1; /* a writing tool was called since */
    builtin_reply_t reply;
    char            say[BUILTIN_SAY_BYTES];
    char            spoken[BUILTIN_SAY_BYTES]; /* since the caller's turn */
    char           *args;

    builtin_dialogue_t d;
    builtin_dialogue_t before; /* for builtin_undo() */
};

/* builtin.c */
void builtin_set_state(builtin_t *b, builtin_state_e next);
void builtin_next(builtin_t *b);
void builtin_call(builtin_t *b, builtin_tool_e tool, cJSON *args);
int  builtin_can(const builtin_t *b, builtin_tool_e tool);
void builtin_task(builtin_t *b, builtin_task_e task);
void builtin_done(builtin_t *b);
void builtin_bye(builtin_t *b, const char *reason);
void builtin_offer_message(builtin_t *b);

/* builtin_hear.c */
void builtin_take(builtin_t *b, const char *text);
void builtin_miss(builtin_t *b);

/* builtin_book.c: fills the appointment and goes on with it */
void builtin_book_next(builtin_t *b);
void builtin_book_reset(builtin_t *b);
void builtin_book_when(builtin_t *b, const builtin_when_t *when);
void builtin_book_choose(builtin_t *b, int32_t start);
void builtin_book_result(builtin_t *b, const cJSON *result);
void builtin_look_anew(builtin_t *b);
/* "2026-11-21T09:00"; 0: it is none. */
void    builtin_start_print(char *text, size_t size, int32_t start);
int32_t builtin_start_parse(const cJSON *item);
int     builtin_starts_parse(const cJSON *list, int32_t *starts, int max);

/* builtin_offer.c: what is free */
void builtin_slots_result(builtin_t *b, const cJSON *result);
void builtin_book_refuse(builtin_t *b, const builtin_when_t *when);

/* builtin_person.c: 1 while a name or number is still to be asked for */
int  builtin_person(builtin_t *b);
void builtin_phone_said(builtin_t *b, const builtin_digits_t *digits);

/* builtin_own.c: appointments the caller has */
void builtin_own_next(builtin_t *b);
void builtin_own_result(builtin_t *b, const cJSON *result);
void builtin_own_pick(builtin_t *b, const builtin_heard_t *heard);
void builtin_cancel_result(builtin_t *b, const cJSON *result);

/* builtin_answer.c: hours, knowledge, messages */
void builtin_answer_next(builtin_t *b);
void builtin_hours_result(builtin_t *b, const cJSON *result);
void builtin_search_result(builtin_t *b, const cJSON *result);
void builtin_lead_next(builtin_t *b);
void builtin_lead_result(builtin_t *b, const cJSON *result);

/* builtin_say.c */
void builtin_say(builtin_t *b, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void        builtin_ask(builtin_t *b, builtin_ask_e ask);
void        builtin_ask_again(builtin_t *b);
void        builtin_ask_simpler(builtin_t *b);
const char *builtin_noun(const builtin_t *b);
void        builtin_say_service(const builtin_t *b, char *text, size_t size);

/* builtin_spoken.c: facts in words */
void builtin_spoken_time(char *text, size_t size, int minute, int part);
void builtin_spoken_day(char *text, size_t size, int32_t day, int32_t now);
void builtin_spoken_on_day(char *text, size_t size, int32_t day,
                           int32_t now);
void builtin_spoken_date(char *text, size_t size, int32_t day);
void builtin_spoken_start(char *text, size_t size, int32_t start,
                          int32_t now);
void builtin_spoken_digits(char *text, size_t size, const char *number);
void builtin_spoken_number(char *text, size_t size, int n);

/* builtin_state.c */
char *builtin_dialogue_print(const builtin_dialogue_t *d);
int   builtin_dialogue_parse(builtin_dialogue_t *d, const char *json);

#endif /* DIALOGUE_BUILTIN_FLOW_H */
