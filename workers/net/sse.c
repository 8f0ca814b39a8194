/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "net/sse.h"

static int  sse_line(sse_t *sse, const char *line, size_t length);
static int  sse_field(sse_t *sse, const char *name, size_t name_length,
                      const char *value, size_t length);
static void sse_dispatch(sse_t *sse);
static int  sse_append(char **to, size_t *bytes, size_t *room,
                       const char *from, size_t length);

void
sse_init(sse_t *sse,
         void (*on_event)(void *data, const char *event, const char *text,
                          size_t length),
         void *data)
{
    memset(sse, 0, sizeof(*sse));
    sse->on_event = on_event;
    sse->data = data;
}

void
sse_clear(sse_t *sse)
{
    free(sse->line);
    free(sse->text);
    sse_init(sse, sse->on_event, sse->data);
}

/*
 * Lines end with CR, LF, or both; a CR may be a piece's last byte. A whole
 * line of one piece is taken where it lies.
 */
int
sse_feed(sse_t *sse, const char *bytes, size_t length)
{
    int    rc;
    size_t n, begin = 0;

    while (begin < length) {
        if (sse->after_cr && bytes[begin] == '\n') {
            begin++;
        }

        sse->after_cr = 0;

        for (n = begin; n < length && bytes[n] != '\n' && bytes[n] != '\r';
             n++)
        {
            /* look */
        }

        if (n == length || sse->line_bytes > 0) {
            rc = sse_append(&sse->line, &sse->line_bytes, &sse->line_room,
                            bytes + begin, n - begin);
            if (rc < 0) {
                return rc;
            }
        }

        if (n == length) {
            return 0;
        }

        sse->after_cr = bytes[n] == '\r';

        if (sse->line_bytes > 0) {
            rc = sse_line(sse, sse->line, sse->line_bytes);
            sse->line_bytes = 0;
        } else {
            rc = sse_line(sse, bytes + begin, n - begin);
        }

        if (rc < 0) {
            return rc;
        }

        begin = n + 1;
    }

    return 0;
}

int
sse_is_within(const sse_t *sse)
{
    return sse->line_bytes > 0 || sse->has_data || sse->event[0] != '\0';
}

static int
sse_line(sse_t *sse, const char *line, size_t length)
{
    size_t      name;
    const char *colon;

    /* One mark may stand before all. */
    if (!sse->has_begun) {
        sse->has_begun = 1;
        if (length >= 3 && memcmp(line, "\xef\xbb\xbf", 3) == 0) {
            line += 3;
            length -= 3;
        }
    }

    if (length == 0) {
        sse_dispatch(sse);
        return 0;
    }

    colon = memchr(line, ':', length);
    if (colon == NULL) {
        return sse_field(sse, line, length, "", 0);
    }

    name = (size_t) (colon - line);
    colon++;
    length -= name + 1;

    if (length > 0 && *colon == ' ') {
        colon++;
        length--;
    }

    return sse_field(sse, line, name, colon, length);
}

/* A comment has no name; id and retry are for who connects again. */
static int
sse_field(sse_t *sse, const char *name, size_t name_length, const char *value,
          size_t length)
{
    int rc = 0;

    if (name_length == 4 && memcmp(name, "data", 4) == 0) {
        if (sse->has_data) {
            rc = sse_append(&sse->text, &sse->text_bytes, &sse->text_room,
                            "\n", 1);
        }

        if (rc == 0) {
            rc = sse_append(&sse->text, &sse->text_bytes, &sse->text_room,
                            value, length);
        }

        sse->has_data = 1;

    } else if (name_length == 5 && memcmp(name, "event", 5) == 0) {
        length = length < sizeof(sse->event) - 1 ? length
                                                 : sizeof(sse->event) - 1;
        memcpy(sse->event, value, length);
        sse->event[length] = '\0';
    }

    return rc;
}

/* Without data there is no event, whatever its name. */
static void
sse_dispatch(sse_t *sse)
{
    char   event[sizeof(sse->event)];
    size_t length = sse->text_bytes;

    memcpy(event, sse->event, sizeof(event));
    sse->event[0] = '\0';

    if (!sse->has_data) {
        return;
    }

    sse->has_data = 0;
    sse->text_bytes = 0;
    sse->on_event(sse->data, event, sse->text == NULL ? "" : sse->text,
                  length);
}

/* There is always a NUL behind: who looks for one finds it. */
static int
sse_append(char **to, size_t *bytes, size_t *room, const char *from,
           size_t length)
{
    char  *grown;
    size_t wanted;

    if (length > SSE_EVENT_MAX - *bytes) {
        return -EMSGSIZE;
    }

    if (*bytes + length + 1 > *room) {
        wanted = *room < 512 ? 512 : *room * 2;
        wanted = wanted < *bytes + length + 1 ? *bytes + length + 1 : wanted;

        grown = realloc(*to, wanted);
        if (grown == NULL) {
            return -ENOMEM;
        }

        *to = grown;
        *room = wanted;
    }

    memcpy(*to + *bytes, from, length);
    *bytes += length;
    (*to)[*bytes] = '\0';

    return 0;
}
