/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef PROVIDER_TTS_DECODE_H
#define PROVIDER_TTS_DECODE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Speech as services send it, turned into u-law at 8 kHz while it comes: in
 * pieces of any size, that end within a sample, a base64 group, a header or
 * an escape. Nothing is kept but what such a piece leaves behind.
 */

typedef enum {
    TTS_FORM_ULAW, /* 8 bits */
    TTS_FORM_S16,  /* little endian */
    TTS_FORM_F32   /* little endian, -1 to 1 */
} tts_form_e;

/* Never more at once than a feed() of that many bytes gives. */
typedef void (*tts_decode_pt)(void *data, const uint8_t *ulaw,
                              size_t samples);

typedef struct tts_decode_s tts_decode_t;

/*
 * What the bytes are if they do not begin with a RIFF header, which some send
 * where none was asked for; if they do, it says what they are.
 */
int  tts_decode_create(tts_decode_t **dp, tts_form_e form, uint32_t rate_hz,
                       tts_decode_pt sink, void *data);
void tts_decode_destroy(tts_decode_t *d);

/*
 * 0; -EBADMSG: a WAV file that is broken; -ENOTSUP: audio that is none of
 * these (MP3, Ogg, FLAC, other kinds of WAV); -ENOMEM. After an error there
 * is nothing more to feed.
 */
int tts_decode_feed(tts_decode_t *d, const void *bytes, size_t length);

/* No more comes: gives what the resampler still holds. */
int tts_decode_end(tts_decode_t *d);

/* Base64 (RFC 4648, either alphabet), a string or one that goes on. */
typedef struct {
    uint32_t bits;
    unsigned count;   /* of letters in bits */
    unsigned padding; /* how many = were seen */
} tts_base64_t;

/*
 * Returns how many bytes came out, of which there are at most
 * length / 4 * 3 + 3; or -EBADMSG.
 */
int tts_base64_feed(tts_base64_t *b, uint8_t *out, const char *text,
                    size_t length);
/* -EBADMSG when it stopped within a group that is none. */
int tts_base64_end(const tts_base64_t *b);

/*
 * Finds one string in JSON that comes in pieces, and hands on what is in it,
 * without ever holding all of it: speech is the largest answer there is.
 */
#define TTS_MEMBER_NAME_MAX 32

typedef struct {
    const char *name; /* of the member; its first string is given */
    int (*on_text)(void *data, const char *text, size_t length);
    void    *data;
    unsigned state;
    unsigned hex_left;
    uint32_t hex;
    char     key[TTS_MEMBER_NAME_MAX]; /* the string that was last read */
    size_t   key_bytes;
    unsigned is_key:1; /* that string is the member's name */
    unsigned found:1;  /* its string began */
    unsigned whole:1;  /* and ended */
} tts_member_t;

void tts_member_init(tts_member_t *m, const char *name,
                     int (*on_text)(void *data, const char *text,
                                    size_t length),
                     void *data);
/* 0, -EBADMSG, or what on_text() returned below 0. */
int tts_member_feed(tts_member_t *m, const char *json, size_t length);

#endif /* PROVIDER_TTS_DECODE_H */
