/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef DIALOGUE_EXPECT_H
#define DIALOGUE_EXPECT_H

/*
 * How long to wait for more when the caller falls silent. It follows from
 * what the assistant asked last, whoever wrote it, and from what the caller
 * said so far: "yes" is whole, "my number is" is not.
 */

typedef enum {
    EXPECT_OPEN, /* anything */
    EXPECT_YES_NO,
    EXPECT_CHOICE, /* one of a few that were named */
    EXPECT_NAME,
    EXPECT_PHONE, /* digits, often in pieces */
    EXPECT_WHEN,  /* a day, a time */
    EXPECT_REASON /* a few sentences in the caller's own words */
} expect_e;

#define EXPECT_WAIT_MAX_MS 1600

/* What kind of answer the last thing said asks for. */
expect_e expect_of(const char *assistant);

const char *expect_name(expect_e kind);

/*
 * Silence after the last voice that ends the turn, in ms. text: what the
 * caller said so far, "" while nothing is recognized yet.
 */
int expect_wait_ms(expect_e kind, const char *text);

#endif /* DIALOGUE_EXPECT_H */
