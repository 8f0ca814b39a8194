/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef DIALOGUE_PHRASES_H
#define DIALOGUE_PHRASES_H

/*
 * What the assistant says that no model has thought of, in the languages that
 * agents speak; English where another is not known.
 */
typedef enum {
    PHRASE_WAIT_FIRST, /* while a tool or a model takes its time */
    PHRASE_WAIT_AGAIN,
    PHRASE_WAIT_SORRY,
    PHRASE_STILL_THERE,
    PHRASE_IDLE_GOODBYE,
    PHRASE_FAILED, /* an answer was lost */
    PHRASE_SORRY,  /* all of them will be */
    PHRASE_DONE,   /* a tool has done it, its words were lost */
    PHRASE_PERSON, /* what a caller means who presses 0 */
    PHRASE_LAST_MINUTE,
    PHRASE_COUNT
} phrase_e;

/* language: BCP 47; its first part counts. */
const char *phrase_of(const char *language, phrase_e phrase);

#endif /* DIALOGUE_PHRASES_H */
