/* SPDX-License-Identifier: BSD-2-Clause */

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <openssl/evp.h>

#include "dsp/frame.h"
#include "dsp/g711.h"
#include "dsp/resample.h"
#include "provider/stt_pack.h"

#define WAV_HEAD_BYTES 44
#define BASE64_STEP 48000 /* divides by three */
#define PROMPT_BYTES 600 /* Whisper reads 224 tokens */

struct stt_timer_s {
    uv_timer_t timer; /* first: its close callback frees all of it */
    void (*on_time)(void *data);
    void *data;
};

static int pack_grow(pack_t *p, size_t more);
static void put16(uint8_t *at, uint32_t value);
static void put32(uint8_t *at, uint32_t value);
static void pack_wide(pack_t *p, const int16_t *pcm, size_t samples);
static void pack_pcm(pack_t *p, const int16_t *pcm, size_t samples);
static void timer_on_time(uv_timer_t *timer);
static void timer_on_closed(uv_handle_t *handle);

void
pack_clear(pack_t *p)
{
    free(p->bytes);
    memset(p, 0, sizeof(*p));
}

int
pack_is_bad(const pack_t *p)
{
    return p->bad || p->bytes == NULL;
}

void
pack_add(pack_t *p, const void *bytes, size_t length)
{
    if (pack_grow(p, length) < 0) {
        return;
    }

    if (length > 0) {
        memcpy(p->bytes + p->length, bytes, length);
    }
    p->length += length;
    p->bytes[p->length] = '\0';
}

void
pack_text(pack_t *p, const char *text)
{
    pack_add(p, text, strlen(text));
}

void
pack_format(pack_t *p, const char *format, ...)
{
    int     n;
    char    text[512];
    va_list args;

    va_start(args, format);
    n = vsnprintf(text, sizeof(text), format, args);
    va_end(args);

    if (n < 0 || (size_t) n >= sizeof(text)) {
        p->bad = 1;
        return;
    }

    pack_add(p, text, (size_t) n);
}

void
pack_query(pack_t *p, const char *text)
{
    for (const unsigned char *c = (const unsigned char *) text; *c; c++) {
        if (isalnum(*c) || strchr("-._~", *c) != NULL) {
            pack_add(p, c, 1);
        } else {
            pack_format(p, "%%%02X", *c);
        }
    }
}

void
pack_base64(pack_t *p, const void *bytes, size_t length)
{
    size_t         n;
    const uint8_t *at = bytes;

    if (pack_grow(p, (length + 2) / 3 * 4) < 0) {
        return;
    }

    while (length > 0) {
        n = length < BASE64_STEP ? length : BASE64_STEP;
        p->length += (size_t) EVP_EncodeBlock(
            (unsigned char *) p->bytes + p->length, at, (int) n);
        at += n;
        length -= n;
    }
}

void
pack_wav(pack_t *p, const uint8_t *ulaw, size_t samples, uint32_t hz)
{
    size_t   at = p->length, bytes;
    uint8_t  head[WAV_HEAD_BYTES] = "RIFF....WAVEfmt ";
    int16_t *pcm;

    pcm = malloc((samples + 1) * sizeof(int16_t));
    if (pcm == NULL) {
        p->bad = 1;
        return;
    }

    g711_ulaw_decode(pcm, ulaw, samples);
    pack_add(p, head, sizeof(head));
    if (hz == FRAME_RATE_HZ) {
        pack_pcm(p, pcm, samples);
    } else {
        pack_wide(p, pcm, samples);
    }
    free(pcm);

    if (p->bad) {
        return;
    }

    bytes = p->length - at - sizeof(head);
    put32(head + 4, (uint32_t) (bytes + sizeof(head) - 8));
    put32(head + 16, 16);
    put16(head + 20, 1); /* linear */
    put16(head + 22, 1); /* mono */
    put32(head + 24, hz);
    put32(head + 28, hz * 2);
    put16(head + 32, 2);
    put16(head + 34, 16);
    memcpy(head + 36, "data", 4);
    put32(head + 40, (uint32_t) bytes);
    memcpy(p->bytes + at, head, sizeof(head));
}

void
pack_url(pack_t *p, const char *base_url, const char *otherwise,
         int websocket, const char *path)
{
    size_t      n;
    const char *rest;
    const char *url = base_url != NULL && base_url[0] != '\0' ? base_url
                                                              : otherwise;

    rest = strstr(url, "://");
    if (rest == NULL) {
        p->bad = 1;
        return;
    }

    /* TLS stays TLS, and none stays none: net/ decides who may do without. */
    if (strncmp(url, "http://", 7) == 0 || strncmp(url, "ws://", 5) == 0) {
        pack_text(p, websocket ? "ws" : "http");
    } else {
        pack_text(p, websocket ? "wss" : "https");
    }

    n = strlen(rest);
    while (n > 3 && rest[n - 1] == '/') {
        n--;
    }

    pack_add(p, rest, n);
    pack_text(p, path);
}

void
stt_text_clear(stt_text_t *t)
{
    t->text[0] = '\0';
    t->length = 0;
    t->sure = 0;
    t->weight = 0;
}

int
stt_text_add(stt_text_t *t, const char *text, float confidence)
{
    size_t n;

    while (isspace((unsigned char) *text)) {
        text++;
    }

    n = strlen(text);
    while (n > 0 && isspace((unsigned char) text[n - 1])) {
        n--;
    }

    if (n == 0) {
        return 0;
    }

    if (t->length + n + 2 > sizeof(t->text)) {
        return -EMSGSIZE;
    }

    if (t->length > 0) {
        t->text[t->length++] = ' ';
    }

    memcpy(t->text + t->length, text, n);
    t->length += n;
    t->text[t->length] = '\0';
    t->sure += confidence * (float) n;
    t->weight += (float) n;
    return 0;
}

float
stt_text_confidence(const stt_text_t *t)
{
    return t->weight > 0 ? t->sure / t->weight : 0;
}

int
stt_text_is_filler(const char *text)
{
    size_t                   n = strlen(text);
    static const char *const never[] = {
        "Thanks for watching",
        "Thank you for watching",
        "Thank you so much for watching",
        "Please subscribe",
        "Subtitles by",
    };
    static const char *const seldom[] = {
        "Thank you", "Thanks", "you", "Bye", "Bye-bye", "Okay", "So", "Hmm"
    };

    if (n == 0) {
        return 0;
    }

    /* "[BLANK_AUDIO]", "(music)", "*sighs*": what is heard, not said. */
    if ((text[0] == '[' && text[n - 1] == ']')
        || (text[0] == '(' && text[n - 1] == ')')
        || (text[0] == '*' && text[n - 1] == '*')) {
        return 2;
    }

    for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++) {
        if (strncasecmp(text, never[i], strlen(never[i])) == 0) {
            return 2;
        }
    }

    while (n > 0 && ispunct((unsigned char) text[n - 1])) {
        n--;
    }

    for (size_t i = 0; i < sizeof(seldom) / sizeof(seldom[0]); i++) {
        if (n == strlen(seldom[i]) && strncasecmp(text, seldom[i], n) == 0) {
            return 1;
        }
    }

    return n == 0 ? 2 : 0;
}

const char *
json_text(const cJSON *object, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

double
json_number(const cJSON *object, const char *name, double low, double high,
            double otherwise)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);

    /* Not a number is neither above nor below. */
    if (!cJSON_IsNumber(item) || !(item->valuedouble >= low)
        || !(item->valuedouble <= high)) {
        return otherwise;
    }

    return item->valuedouble;
}

void
stt_language(char *out, size_t room, const char *tag)
{
    size_t n = 0;

    while (tag != NULL && isalpha((unsigned char) tag[n]) && n + 1 < room) {
        out[n] = (char) tolower((unsigned char) tag[n]);
        n++;
    }

    out[n] = '\0';
    if (n == 0) {
        (void) snprintf(out, room, "en");
    }
}

size_t
stt_keyterms_within(const char *const *terms, size_t count, size_t tokens)
{
    size_t i, cost, ascii;

    for (i = 0; i < count; i++) {
        cost = 1;
        ascii = 0;
        for (const char *c = terms[i]; *c != '\0'; c++) {
            if ((unsigned char) *c >= 0x80) {
                cost++; /* a byte each, at worst */
            } else if (!isalnum((unsigned char) *c)) {
                cost++;
                ascii = 0;
            } else if (ascii++ % 3 == 0) {
                cost++;
            }
        }

        if (cost > tokens) {
            break;
        }
        tokens -= cost;
    }

    return i;
}

void
stt_keyterms_prompt(pack_t *p, const char *const *terms, size_t count)
{
    size_t begun = p->length;

    pack_text(p, "");
    for (size_t i = 0; i < count; i++) {
        if (p->length - begun + strlen(terms[i]) + 2 > PROMPT_BYTES) {
            break;
        }
        if (p->length > begun) {
            pack_text(p, ", ");
        }
        pack_text(p, terms[i]);
    }
}

int
stt_timer_create(stt_timer_t **tp, uv_loop_t *loop,
                 void (*on_time)(void *data), void *data)
{
    int          rc;
    stt_timer_t *t;

    t = calloc(1, sizeof(stt_timer_t));
    if (t == NULL) {
        return -ENOMEM;
    }

    rc = uv_timer_init(loop, &t->timer);
    if (rc < 0) {
        free(t);
        return rc;
    }

    t->on_time = on_time;
    t->data = data;
    *tp = t;
    return 0;
}

void
stt_timer_start(stt_timer_t *t, uint64_t ms)
{
    /* The loop's clock may be old by as long as this round has taken. */
    uv_update_time(t->timer.loop);
    (void) uv_timer_start(&t->timer, timer_on_time, ms, 0);
}

void
stt_timer_stop(stt_timer_t *t)
{
    (void) uv_timer_stop(&t->timer);
}

void
stt_timer_destroy(stt_timer_t *t)
{
    if (t != NULL) {
        (void) uv_timer_stop(&t->timer);
        uv_close((uv_handle_t *) &t->timer, timer_on_closed);
    }
}

static int
pack_grow(pack_t *p, size_t more)
{
    char  *bytes;
    size_t room = p->room > 0 ? p->room : 256;

    if (p->bad) {
        return -ENOMEM;
    }

    while (room < p->length + more + 1) {
        room *= 2;
    }

    if (room > p->room) {
        bytes = realloc(p->bytes, room);
        if (bytes == NULL) {
            p->bad = 1;
            return -ENOMEM;
        }
        p->bytes = bytes;
        p->room = room;
    }

    return 0;
}

static void
put16(uint8_t *at, uint32_t value)
{
    at[0] = (uint8_t) value;
    at[1] = (uint8_t) (value >> 8);
}

static void
put32(uint8_t *at, uint32_t value)
{
    put16(at, value);
    put16(at + 2, value >> 16);
}

/* What models are trained on is twice as fast as a telephone. */
static void
pack_wide(pack_t *p, const int16_t *pcm, size_t samples)
{
    size_t      n, room;
    int16_t    *wide;
    resample_t *r;

    if (resample_create(&r, FRAME_RATE_HZ, FRAME_RATE_HZ * 2) < 0) {
        p->bad = 1;
        return;
    }

    room = resample_bound(r, samples) + resample_bound(r, 0);
    wide = malloc((room + 1) * sizeof(int16_t));
    if (wide == NULL) {
        p->bad = 1;
    } else {
        n = resample_feed(r, wide, pcm, samples);
        n += resample_flush(r, wide + n);
        pack_pcm(p, wide, n);
    }

    free(wide);
    resample_destroy(r);
}

static void
pack_pcm(pack_t *p, const int16_t *pcm, size_t samples)
{
    if (pack_grow(p, samples * 2) < 0) {
        return;
    }

    for (size_t i = 0; i < samples; i++) {
        put16((uint8_t *) p->bytes + p->length, (uint16_t) pcm[i]);
        p->length += 2;
    }
    p->bytes[p->length] = '\0';
}

static void
timer_on_time(uv_timer_t *timer)
{
    stt_timer_t *t = (stt_timer_t *) timer;

    t->on_time(t->data);
}

static void
timer_on_closed(uv_handle_t *handle)
{
    free(handle);
}
