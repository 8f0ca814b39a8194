/* SPDX-License-Identifier: BSD-2-Clause */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ngx_frontdesk_event.h"

/*
 * Whatever a peer sends: fields lie within the message, base64 that is taken
 * is the only one for its bytes, and a message goes on being refused, or
 * taken, when blanks are put around it.
 */

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t bytes);

static void
check(int fact)
{
    if (!fact) {
        abort();
    }
}

static void
check_text(const ngx_frontdesk_event_text_t *text, const char *from,
           size_t bytes)
{
    uint64_t number;

    if (text->data == NULL) {
        check(text->len == 0);
        return;
    }

    check(text->data >= from && text->len <= bytes
          && text->data + text->len <= from + bytes);
    (void) ngx_frontdesk_event_number(&number, text);
}

static void
check_base64(const char *text, size_t len)
{
    int      n;
    char    *coded;
    uint8_t *data;
    size_t   room = len / 4 * 3;

    data = malloc(room > 0 ? room : 1);
    coded = malloc(len > 0 ? len : 1);
    check(data != NULL && coded != NULL);

    n = ngx_frontdesk_base64_decode(data, room, text, len);
    if (n >= 0) {
        check(n > 0 && (size_t) n <= room);
        check(ngx_frontdesk_base64_encode(coded, data, (size_t) n) == len);
        check(memcmp(coded, text, len) == 0);
        check(ngx_frontdesk_base64_decode(data, (size_t) n - 1, text, len)
              == -1);
    }

    free(coded);
    free(data);
}

int
LLVMFuzzerTestOneInput(const uint8_t *input, size_t bytes)
{
    int                               rc;
    char                             *text, *wide;
    ngx_frontdesk_event_t             event, again;
    const ngx_frontdesk_event_text_t *field;

    /* Copies of their exact size, so that one byte too far is caught. */
    text = malloc(bytes > 0 ? bytes : 1);
    wide = malloc(bytes + 2);
    check(text != NULL && wide != NULL);
    memcpy(text, input, bytes);

    rc = ngx_frontdesk_event_parse(&event, text, bytes);
    check(rc == 0 || rc == -1);

    wide[0] = ' ';
    memcpy(wide + 1, input, bytes);
    wide[bytes + 1] = '\n';
    check(ngx_frontdesk_event_parse(&again, wide, bytes + 2) == rc);

    if (rc == 0) {
        check(event.event == again.event);

        for (field = &event.name; field <= &event.token; field++) {
            check_text(field, text, bytes);
        }

        if (event.payload.data != NULL) {
            check_base64(event.payload.data, event.payload.len);
        }
    }

    check_base64(text, bytes);

    free(wide);
    free(text);

    return 0;
}
