/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef MAIL_MAIL_TEMPLATE_H
#define MAIL_MAIL_TEMPLATE_H

#include <cjson/cJSON.h>

#define MAIL_PARAGRAPHS_MAX 8

/*
 * A mail's words. Values of its data stand in braces: {name}. A text may have
 * alternatives, separated by "|": the first whose values are all there is
 * taken, and when there is none the paragraph is left out.
 */
typedef struct {
    const char *name;
    const char *subject;
    const char *page;   /* of the dashboard, where the link goes; NULL: none */
    const char *button; /* what the link says */
    unsigned    needs_token:1;
    const char *paragraphs[MAIL_PARAGRAPHS_MAX]; /* "{link}": the link */
} mail_template_t;

const mail_template_t *mail_template_find(const char *name);

/*
 * A text of a template with its values, in new memory; "" when it is left
 * out, NULL without memory. A value is one line: what would end it is a blank.
 */
char *mail_template_fill(const char *text, const cJSON *data);

#endif /* MAIL_MAIL_TEMPLATE_H */
