/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef DIALOGUE_BUILTIN_SIGNS_H
#define DIALOGUE_BUILTIN_SIGNS_H

/* What shows how something is meant: tables of builtin_intent.c alone. */

/* clang-format off */
static const char *const own_patterns[] = {
    "my|our|existing * appointment|appointments|booking|reservation|visit",
    "the appointment|booking|reservation i|we|that",
};

static const char *const wait_patterns[] = {
    "hold on", "one|a|just|half moment|second|minute|sec", "wait a|one",
    "^ wait $", "hang on", "let me check|see|think|look|get|find",
    "bear with", "give me a|one moment|second|minute|sec",
    "have|need|want to think", "check with my", "let me ask",
    "need|have|want to ask my",
};

static const char *const drop_patterns[] = {
    "never mind", "nevermind", "forget it|that|about|the", "cancel that|this",
    "^ no? cancel $", "stop|drop it|that|this", "leave it", "do not bother",
    "changed my mind", "start over|again", "^ no? cancel please $",
    "not * book|want|need * anything|anymore|it",
};

static const char *const unsure_patterns[] = {
    "do not|really know", "not sure", "no idea", "no preference",
    "not certain", "not really|quite|very|entirely|totally sure",
    "i am unsure", "whatever|whichever", "what do you mean",
};

static const char *const agree_patterns[] = {
    "yes|yeah|yep|yup|mhm|sure|please",
};

static const char *const open_patterns[] = {
    "are|is|will|do|does you|they|it|the|anybody|anyone|guys * open|work|be|"
    "there|in",
};

static const char *const present_patterns[] = {
    "can|do you * hear me", "are you still? there", "anybody|anyone there $",
    "is anybody|anyone|somebody there $", "^ hello hello",
};

static const char *const robot_patterns[] = {
    "are|is you|this * robot|machine|computer|human|bot|recording|ai|"
    "person|automated|answering",
    "talking|speaking to|with a|an * robot|machine|computer|bot|recording",
    "is this|it|that a|an real? recording|robot|machine|person|computer",
    "am i * robot|machine|computer|human|bot|person|real|recording",
};

/* Which of what was offered is meant; the last is -1. */
static const struct {
    const char *pattern;
    int         pick;
} picks[] = {
    { "last|latter|later|latest one|option|slot|choice", -1 },
    { "the last|latter|later please? $", -1 },
    { "the last|latter|later is|works|would|sounds|will|suits", -1 },
    { "first|former|1st|earlier|earliest one|time|option|slot|choice", 1 },
    { "the|your first|former|earliest|earlier please? $", 1 },
    { "the|your first|former|earliest|earlier is|works|would|sounds|will|"
      "suits", 1 },
    { "^ first please? $", 1 },
    { "second|2nd one|time|option|slot|choice", 2 },
    { "the|your second please? $", 2 },
    { "the|your second is|works|would|sounds|will|suits", 2 },
    { "^ second please? $", 2 },
    { "third|3rd one|time|option|slot|choice", 3 },
    { "the|your third please? $", 3 },
    { "the|your third is|works|would|sounds|will|suits", 3 },
    { "number|option|choice one", 1 },
    { "number|option|choice two", 2 },
    { "number|option|choice three", 3 },
};
/* clang-format on */

#endif /* DIALOGUE_BUILTIN_SIGNS_H */
