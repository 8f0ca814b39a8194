/* SPDX-License-Identifier: BSD-2-Clause */

#include <stdio.h>
#include <string.h>

#include "call/talk_inner.h"
#include "dialogue/expect.h"

#define KEY_GAP_MS 2000
/* Fewer digits are a choice, a day, a number of guests. */
#define SECRET_DIGITS_MIN 4
#define CARD_DIGITS_MIN 13
#define CARD_DIGITS_MAX 19

static void keys_read(const talk_t *talk, char *text, size_t room);
static int  keys_are_asked(const talk_t *talk);
static int  keys_are_card(const char *keys);

/*
 * While somebody keys, nothing is said, and speech is not listened to: tones
 * sound like words to recognizers.
 */
void
talk_on_key(talk_t *talk, char key, uint64_t now_ms)
{
    if (talk->state == TALK_OVER || talk_speech_is_last(talk)) {
        return;
    }

    talk_early_drop(talk);

    if (talk->state == TALK_SPEAKING || talk->state == TALK_YIELDING) {
        talk_speech_stop(talk, now_ms);
    }

    talk->key_ms = now_ms;
    talk->since_ms = now_ms;

    if (key != '#' && talk->key_count < TALK_KEYS_MAX) {
        talk->keys[talk->key_count++] = key;
    }

    if (key == '#') {
        talk->key_ms = now_ms - KEY_GAP_MS; /* at the next tick */
    }
}

/* A pause, or "#", ends what was keyed; it is answered like words. */
void
talk_keys_check(talk_t *talk, uint64_t now_ms)
{
    char text[128];

    if (talk->key_count == 0 || now_ms < talk->key_ms + KEY_GAP_MS) {
        return;
    }

    talk->keys[talk->key_count] = '\0';
    keys_read(talk, text, sizeof(text));
    memset(talk->keys, 0, sizeof(talk->keys));
    talk->key_count = 0;

    talk_forget_heard(talk, now_ms);
    talk->heard.voice_end = talk->key_ms;
    talk->confidence = 1;
    talk_answer_take(talk, text, now_ms);
}

/*
 * What model, transcript and store get of it. A card's number is nobody's
 * business, nor are digits that nobody asked for: they may be a PIN.
 */
static void
keys_read(const talk_t *talk, char *text, size_t room)
{
    const char *keys = talk->keys;

    if (strcmp(keys, "0") == 0 && !keys_are_asked(talk)) {
        (void) snprintf(text, room, "%s", talk_phrase(talk, PHRASE_PERSON));

    } else if (keys_are_card(keys)) {
        (void) snprintf(text, room, "[card number]");

    } else if (strlen(keys) >= SECRET_DIGITS_MIN && !keys_are_asked(talk)) {
        (void) snprintf(text, room, "[%zu digits]", strlen(keys));

    } else {
        (void) snprintf(text, room, "%s", keys);
    }
}

/* Whether the assistant's last words ask for digits. */
static int
keys_are_asked(const talk_t *talk)
{
    static const char *const words[] = { "number", "digit", "code", "PIN",
                                         "press", "enter ", "key in",
                                         "type in" };
    size_t      i;
    const char *question = talk->ear.question;

    switch (expect_of(question)) {

    case EXPECT_PHONE:
    case EXPECT_WHEN:
        return 1;

    case EXPECT_OPEN:
    case EXPECT_YES_NO:
    case EXPECT_CHOICE:
    case EXPECT_NAME:
    case EXPECT_REASON:
        break;
    }

    for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strstr(question, words[i]) != NULL) {
            return 1;
        }
    }

    return 0;
}

/* Long enough, and its check digit is right (ISO/IEC 7812-1, annex B). */
static int
keys_are_card(const char *keys)
{
    int    digit, sum = 0;
    size_t i, length = strspn(keys, "0123456789");

    if (keys[length] != '\0' || length < CARD_DIGITS_MIN
        || length > CARD_DIGITS_MAX)
    {
        return 0;
    }

    for (i = 0; i < length; i++) {
        digit = keys[length - 1 - i] - '0';
        if (i % 2 == 1) {
            digit = digit > 4 ? digit * 2 - 9 : digit * 2;
        }
        sum += digit;
    }

    return sum % 10 == 0;
}
