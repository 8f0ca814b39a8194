/* SPDX-License-Identifier: BSD-2-Clause */

#include <string.h>

#include "dialogue/builtin_slots.h"
#include "dialogue/builtin_when.h"
#include "dialogue/builtin_word.h"
#include "dialogue/expect.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Waits, in ms of silence. */
#define WAIT_ANSWER   280  /* a whole yes, no or choice */
#define WAIT_WHOLE    350  /* all that was asked for */
#define WAIT_SENTENCE 420  /* a sentence with a clear purpose */
#define WAIT_SHORT    550  /* words, but no clear end */
#define WAIT_NOTHING  700  /* nothing recognized yet */
#define WAIT_REASON   900  /* tells a story */
#define WAIT_GROUP    900  /* seven digits may be all */
#define WAIT_DANGLING 1200 /* cannot end like this */
#define WAIT_DIGITS   1400 /* a number in the middle */

_Static_assert(WAIT_DIGITS <= EXPECT_WAIT_MAX_MS, "no wait is longer");

typedef struct {
    const char *pattern;
    expect_e    kind;
} question_t;

static const char *const names[] = {
    "open", "yes_no", "choice", "name", "phone", "when", "reason"
};

_Static_assert(COUNT(names) == EXPECT_REASON + 1, "a name a kind");

/* Within the last question; the first that matches decides. */
static const question_t questions[] = {
    { "use|keep|is the|this|that number * you|are|right|correct|calling",
      EXPECT_YES_NO },
    { "is that|this|it * right|correct|okay|fine", EXPECT_YES_NO },
    { "your|best|good|phone|what|which|callback|mobile|cell|a * number",
      EXPECT_PHONE },
    { "number * digit|digits|reach|call", EXPECT_PHONE },
    { "digit by digit", EXPECT_PHONE },
    { "reach|call|phone you at|on|back?", EXPECT_PHONE },
    { "area code", EXPECT_PHONE },
    { "digits", EXPECT_PHONE },
    { "anything else", EXPECT_YES_NO },
    { "your|the|full|first|last name", EXPECT_NAME },
    { "who am i|is speaking|calling", EXPECT_NAME },
    { "who|whom * speaking|calling|with|for", EXPECT_NAME },
    { "spell", EXPECT_NAME },
    { "what|which|how about|is|are|would * day|date|time|when", EXPECT_WHEN },
    { "^ when|on? which|what day|time|date", EXPECT_WHEN },
    { "what day|time|date", EXPECT_WHEN },
    { "when would|can|should|do|are|is|shall", EXPECT_WHEN },
    { "which one|of|suits|would|do|works", EXPECT_CHOICE },
    { "which do|would you prefer", EXPECT_CHOICE },
    { "what is it|this|that|your * about|regarding|message|reason",
      EXPECT_REASON },
    { "message|reason is|for|would|should|shall", EXPECT_REASON },
    { "what shall|should|can|may i tell|pass|say", EXPECT_REASON },
    { "yes or no", EXPECT_YES_NO },
    { "^ so|and|or|then|okay|great|sure? what|how|where|why|who",
      EXPECT_OPEN },
    { "how|what can|may|could|shall i|we", EXPECT_OPEN },
};

/* A question that begins so is answered by yes or no. */
static const char closed[] =
    "shall|should|do|does|did|is|are|was|were|would|will|can|could|may|have|"
    "has|am";

/* Words a turn does not end with. */
static const char dangling[] =
    "and|or|but|so|because|if|that|the|a|an|to|for|at|on|in|with|from|of|by|"
    "about|my|your|our|is|are|was|i|we|around|between|before|after|"
    "until|than|as|like|well|then|also|would|will|can|could|"
    "want|need|have|am|this|these|plus|maybe|next|when|where|which|who|what|"
    "actually|not|be|double|triple|area|let|just|get|called|"
    "named|quarter|half|past";

/* Hesitations a text may end with; they are not kept as words. */
static const char *const hesitations[] = {
    "um", "uh", "er", "erm", "hmm", "uhm", "ah", "umm", "uhh"
};

/* A whole answer of one kind. */
static const char *const affirmations[] = {
    "^ yes|yeah|yep|yup|sure|correct|right|okay|no|nope|nah|exactly|perfect|"
    "absolutely|definitely|great|fine|alright|please|mhm please|thanks|thank|"
    "sure|it|that|do|yes|no|okay|great|fine|right|correct|absolutely? "
    "you|is|will|right|correct|fine|good|works|please|sure|okay|perfect? "
    "right|correct|fine|good|perfect|okay|please|great? $",
    "^ that|it|this? is|works|sounds|would|will be? fine|good|great|right|"
    "correct|perfect|okay|work|do? please|thanks|thank|you|for|me? you|me? $",
    "^ of course not? $",
    "^ go ahead please? $",
    "^ please do $",
    "^ not really|today|now? thanks|thank? you? $",
    "^ i am fine|good|okay|all|done? set|good? thanks|thank? you? $",
    "^ no|nope that|this is|will all|it|everything|be? all|it? thanks|thank? "
    "you? $",
};

static const char *const picks[] = {
    "^ the? first|second|third|last|latter|former|earlier|later|earliest "
    "one|time|slot|option? please|thanks|works? $",
    "^ either one? is|works? fine|good|okay? $",
    "^ neither|none of? those|them? $",
    "^ any|whichever|whatever * $",
};

/* A sentence that says what is wanted. */
static const char *const purposes[] = {
    "appointment|reservation|table|book|schedule|reschedule|cancel|move",
    "hours|open|close|closed",
    "parking|insurance|price|prices|cost|much|address|located|directions",
    "speak|talk|transfer|manager|message|call",
    "goodbye|bye",
    "thank|thanks",
    "repeat|again|pardon|sorry",
};

/* The last question of the text, else its last sentence. 1: a question. */
static int
last_sentence(const char *text, char *last, size_t size)
{
    int    asks = 0;
    size_t begin = 0, at = 0, len;

    last[0] = '\0';
    while (text[begin] != '\0') {
        while (text[at] != '\0'
               && (strchr(".?!", text[at]) == NULL
                   || (text[at + 1] != ' ' && text[at + 1] != '\0'
                       && text[at + 1] != '\n')))
        {
            at++;
        }
        at += text[at] != '\0';
        len = at - begin;
        if (strspn(text + begin, " \n\t.") < len
            && (!asks || text[at - 1] == '?'))
        {
            asks = text[at - 1] == '?';
            /* Its end is what matters. */
            if (len >= size) {
                begin = at - size + 1;
                len = size - 1;
            }
            memcpy(last, text + begin, len);
            last[len] = '\0';
        }
        begin = at;
    }
    return asks;
}

static int
words_say(const builtin_words_t *ws, const char *pattern)
{
    return builtin_words_find(ws, 0, ws->count, pattern, NULL) >= 0;
}

expect_e
expect_of(const char *assistant)
{
    int             asks;
    char            last[256];
    builtin_words_t ws;

    asks = last_sentence(assistant, last, sizeof(last));
    builtin_words(&ws, last);

    for (size_t i = 0; i < COUNT(questions); i++) {
        if (words_say(&ws, questions[i].pattern)
            && (asks || questions[i].kind != EXPECT_YES_NO))
        {
            /* "Is that a good number?" */
            if (questions[i].kind == EXPECT_PHONE && asks
                && builtin_word_among(&ws, 0, "is|shall|should"))
            {
                return EXPECT_YES_NO;
            }
            return questions[i].kind;
        }
    }
    if (!asks) {
        return EXPECT_OPEN;
    }
    if (words_say(&ws, "or")) {
        return EXPECT_CHOICE;
    }
    for (size_t i = 0; i < ws.count && i < 4; i++) {
        if (builtin_word_among(&ws, i, closed)) {
            return EXPECT_YES_NO;
        }
    }
    return EXPECT_OPEN;
}

const char *
expect_name(expect_e kind)
{
    return (size_t) kind < COUNT(names) ? names[kind] : names[EXPECT_OPEN];
}

static int
matches(const builtin_words_t *ws, const char *const *patterns, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (words_say(ws, patterns[i])) {
            return 1;
        }
    }
    return 0;
}

static int
ends_hesitating(const char *text)
{
    size_t len = strlen(text), from;

    while (len > 0 && strchr(" .,", text[len - 1]) != NULL) {
        len--;
    }
    for (from = len; from > 0 && text[from - 1] != ' '; from--) {
        /* back to the beginning of the last word */
    }
    for (size_t i = 0; i < COUNT(hesitations); i++) {
        if (strlen(hesitations[i]) == len - from
            && memcmp(hesitations[i], text + from, len - from) == 0)
        {
            return 1;
        }
    }
    return 0;
}

/* Ends that only look open. */
static const char *const closed_ends[] = {
    "yes|no|yeah|sure|nope|so|think|course i|we|it|that|they do|would|am|"
    "can|could|will|is|was|have|not not? $",
    "i|we|it|that|they do|can|could|will|would|is not $",
    "^ not|what|actually|maybe|when|where|well|who|which|like|why $",
    "what|all|that|whatever|when i|you|we * need|want $",
    "what|where|who|which|when|how|until * * for|about|from|at|is|are|on|in|"
    "to|with|of|by|until|before|after $",
    "hope|think|guess|why so|not $",
    "not yet|that $",
    "like|after|before|do|take|prefer|about that|this $",
    "the day|one|week after|before $",
};

/* Cannot be all: "my number is", "on monday and". */
static int
is_dangling(const builtin_words_t *ws, expect_e kind)
{
    size_t last = ws->count - 1;

    if (!builtin_word_among(ws, last, dangling)) {
        return 0;
    }
    if (words_say(ws, "half|quarter past|to? $")
        || words_say(ws, "my|the name|number is $"))
    {
        return 1;
    }
    return !matches(ws, closed_ends, COUNT(closed_ends))
           && !(kind == EXPECT_YES_NO && ws->count == 1);
}

/* Digits of a telephone number so far. */
static int
wait_phone(const builtin_words_t *ws)
{
    size_t           len;
    builtin_digits_t digits;

    if (!builtin_digits(&digits, ws, 0, ws->count, 1)) {
        return 0;
    }
    len = strlen(digits.text);
    /* Said to be all. */
    if (digits.to < ws->count
        && words_say(ws, "that is it|all|my|the|right|correct"))
    {
        return WAIT_WHOLE;
    }
    if (len >= 10) {
        return len == 10 && digits.text[0] == '1' ? WAIT_DIGITS : WAIT_WHOLE;
    }
    return len == 7 ? WAIT_GROUP : WAIT_DIGITS;
}

static int
wait_when(const builtin_words_t *ws)
{
    builtin_when_t when;

    builtin_when(&when, ws, 0, ws->count, 0, 1);
    if (builtin_when_empty(&when)) {
        return 0;
    }
    /* A day and a time are all; a day alone may get its time. */
    if (when.minute >= 0 || when.part != BUILTIN_PART_ANY || when.earliest
        || when.anytime)
    {
        /* "at nine" may go on: "thirty". */
        return ws->count == 1 && ws->at[0].number >= 0 ? WAIT_SENTENCE
                                                       : WAIT_WHOLE;
    }
    return WAIT_SHORT;
}

static int
wait_name(const builtin_words_t *ws)
{
    size_t         parts = 1;
    builtin_name_t name;

    if (!builtin_name(&name, ws, 0, ws->count, 1)) {
        return 0;
    }
    for (const char *at = name.text; *at != '\0'; at++) {
        parts += *at == ' ';
    }
    return parts > 1 ? WAIT_SENTENCE : WAIT_SHORT;
}

int
expect_wait_ms(expect_e kind, const char *text)
{
    int             wait = 0;
    builtin_words_t ws;

    builtin_words(&ws, text);
    if (ends_hesitating(text)) {
        return WAIT_DANGLING;
    }
    if (ws.count == 0) {
        return WAIT_NOTHING;
    }
    if (is_dangling(&ws, kind)) {
        return WAIT_DANGLING;
    }

    if (kind != EXPECT_REASON && kind != EXPECT_PHONE
        && (matches(&ws, affirmations, COUNT(affirmations))
            || matches(&ws, picks, COUNT(picks))))
    {
        return kind == EXPECT_OPEN || kind == EXPECT_NAME ? WAIT_WHOLE
                                                          : WAIT_ANSWER;
    }

    switch (kind) {
    case EXPECT_PHONE:
        wait = wait_phone(&ws);
        break;

    case EXPECT_CHOICE:
    case EXPECT_WHEN:
        wait = wait_when(&ws);
        break;

    case EXPECT_NAME:
        wait = wait_name(&ws);
        break;

    case EXPECT_REASON:
        return WAIT_REASON;

    case EXPECT_OPEN:
    case EXPECT_YES_NO:
        break;
    }
    if (wait > 0) {
        return wait;
    }

    /* Digits come unasked, too. */
    {
        builtin_digits_t digits;

        if (builtin_digits(&digits, &ws, 0, ws.count, 4)) {
            return wait_phone(&ws);
        }
    }
    if (matches(&ws, purposes, COUNT(purposes))) {
        return WAIT_SENTENCE;
    }
    return ws.count > 2 ? WAIT_SENTENCE + 60 : WAIT_SHORT;
}
