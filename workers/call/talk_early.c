/* SPDX-License-Identifier: BSD-2-Clause */

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "call/talk_services.h"

/* Guesses at one turn's end; who speaks for so long is not done soon. */
#define EARLY_TRIES 3
#define EARLY_VOICE_MS 10000

static int         early_is_possible(const talk_t *talk);
static int         early_is_same(const char *a, const char *b);
static const char *early_letter(const char *text);

/*
 * Only a model outside is asked ahead: the built-in one takes no time. Nothing
 * comes of it until the turn is over, not a word, not a tool, not a row.
 */
void
talk_early_begin(talk_t *talk, const char *text, float confidence)
{
    (void) confidence;

    if (talk->early != NULL) {
        if (early_is_same(talk->early, text)) {
            return;
        }
        talk_early_drop(talk);
    }

    if (talk->state == TALK_LISTENING && !reply_is_live(&talk->reply)) {
        talk_services_climb(talk, AGENT_LLM);
    }

    if (!early_is_possible(talk)) {
        return;
    }

    talk->early = strdup(text);
    if (talk->early == NULL) {
        return;
    }

    talk->early_tries++;

    if (context_add(&talk->context, LLM_USER, text, NULL, NULL) < 0) {
        free(talk->early);
        talk->early = NULL;
        return;
    }

    talk->early_mark = talk->context.count - 1;
    (void) reply_start_held(&talk->reply);
}

int
talk_early_take(talk_t *talk, const char *text)
{
    int same = talk->early != NULL && early_is_same(talk->early, text)
               && reply_is_live(&talk->reply);

    if (!same) {
        talk_early_drop(talk);
        return 0;
    }

    free(talk->early);
    talk->early = NULL;

    talk_answer_note(talk, text);
    context_begin(&talk->context);
    talk_set_state(talk, TALK_THINKING);
    reply_release(&talk->reply);

    return 1;
}

void
talk_early_drop(talk_t *talk)
{
    if (talk->early == NULL) {
        return;
    }

    free(talk->early);
    talk->early = NULL;
    reply_cancel(&talk->reply);
    context_drop(&talk->context, talk->early_mark);
}

static int
early_is_possible(const talk_t *talk)
{
    return talk->state == TALK_LISTENING && talk_services_model_is_outside(talk)
           && !reply_is_live(&talk->reply) && !reply_is_working(&talk->reply)
           && talk->waiting == NULL && talk->key_count == 0
           && talk->early_tries < EARLY_TRIES
           && talk->ear.voice_ms <= EARLY_VOICE_MS;
}

/* But for case, spaces and punctuation, in which recognizers change. */
static int
early_is_same(const char *a, const char *b)
{
    for (;;) {
        a = early_letter(a);
        b = early_letter(b);

        if (tolower((unsigned char) *a) != tolower((unsigned char) *b)) {
            return 0;
        }

        if (*a == '\0') {
            return 1;
        }

        a++;
        b++;
    }
}

static const char *
early_letter(const char *text)
{
    while (ispunct((unsigned char) *text) || isspace((unsigned char) *text)) {
        text++;
    }

    return text;
}
