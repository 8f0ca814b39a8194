/* SPDX-License-Identifier: BSD-2-Clause */

#include <string.h>

#include "load_wire.h"

#define STAMP_BYTES 24
#define STAMP_MAGIC UINT64_C(0x70616d7473646661)
#define FRAME_MAX 65536

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                              "abcdefghijklmnopqrstuvwxyz0123456789+/";

static const uint8_t *filler(const load_stamp_t *stamp);
static uint32_t next_mask(void);

uint8_t *
load_wire_close(uint8_t *buf, load_wire_opcode_e opcode, size_t len,
                size_t *total)
{
    size_t   i, head = len < 126 ? 6 : 8;
    uint8_t *frame = buf + LOAD_WIRE_HEAD - head, *text = buf + LOAD_WIRE_HEAD;
    uint32_t mask = next_mask();
    uint64_t word, wide = (uint64_t) mask << 32 | mask;

    frame[0] = (uint8_t) (0x80 | opcode);

    if (len < 126) {
        frame[1] = (uint8_t) (0x80 | len);
    } else {
        frame[1] = 0x80 | 126;
        frame[2] = (uint8_t) (len >> 8);
        frame[3] = (uint8_t) len;
    }

    memcpy(text - sizeof(mask), &mask, sizeof(mask));

    for (i = 0; i + sizeof(word) <= len; i += sizeof(word)) {
        memcpy(&word, text + i, sizeof(word));
        word ^= wide;
        memcpy(text + i, &word, sizeof(word));
    }

    for (; i < len; i++) {
        text[i] ^= (uint8_t) (mask >> i % 4 * 8);
    }

    *total = head + len;

    return frame;
}

long
load_wire_next(load_wire_frame_t *frame, const uint8_t *data, size_t len)
{
    size_t head = 2, size;

    if (len < head) {
        return 0;
    }

    size = data[1];

    if (size == 126) {
        head = 4;
        if (len < head) {
            return 0;
        }
        size = (size_t) data[2] << 8 | data[3];
    }

    /* Whole, without extensions, not masked, and shorter than 64 KiB. */
    if ((data[0] & 0xf0) != 0x80 || (data[1] & 0x80) != 0 || data[1] == 127) {
        return -1;
    }

    if (len < head + size) {
        return 0;
    }

    frame->opcode = data[0] & 0x0f;
    frame->data = data + head;
    frame->len = size;

    return (long) (head + size);
}

size_t
load_base64_encode(char *out, const uint8_t *data, size_t len)
{
    char *start = out;

    for (; len >= 3; len -= 3, data += 3, out += 4) {
        out[0] = letters[data[0] >> 2];
        out[1] = letters[(data[0] & 3) << 4 | data[1] >> 4];
        out[2] = letters[(data[1] & 15) << 2 | data[2] >> 6];
        out[3] = letters[data[2] & 63];
    }

    if (len > 0) {
        out[0] = letters[data[0] >> 2];
        out[1] = letters[(data[0] & 3) << 4 | (len > 1 ? data[1] >> 4 : 0)];
        out[2] = len > 1 ? letters[(data[1] & 15) << 2] : '=';
        out[3] = '=';
        out += 4;
    }

    return (size_t) (out - start);
}

long
load_base64_decode(uint8_t *out, const char *text, size_t len)
{
    size_t          i, pad = 0;
    uint32_t        word, bad = 0;
    uint8_t        *start = out;
    static uint8_t  values[256];
    static unsigned has_values;

    if (!has_values) {
        memset(values, 0x80, sizeof(values));
        for (i = 0; i < 64; i++) {
            values[(uint8_t) letters[i]] = (uint8_t) i;
        }
        has_values = 1;
    }

    if (len % 4 != 0) {
        return -1;
    }

    while (pad < 2 && len > 0 && text[len - 1 - pad] == '=') {
        pad++;
    }

    for (i = 0; i < len; i += 4, out += 3) {
        if (i + 4 == len && pad > 0) {
            bad |= values[(uint8_t) text[i]] | values[(uint8_t) text[i + 1]];
            word = (uint32_t) values[(uint8_t) text[i]] << 18
                   | (uint32_t) values[(uint8_t) text[i + 1]] << 12;
            if (pad == 1) {
                bad |= values[(uint8_t) text[i + 2]];
                word |= (uint32_t) values[(uint8_t) text[i + 2]] << 6;
            }
        } else {
            bad |= values[(uint8_t) text[i]] | values[(uint8_t) text[i + 1]]
                   | values[(uint8_t) text[i + 2]]
                   | values[(uint8_t) text[i + 3]];
            word = (uint32_t) values[(uint8_t) text[i]] << 18
                   | (uint32_t) values[(uint8_t) text[i + 1]] << 12
                   | (uint32_t) values[(uint8_t) text[i + 2]] << 6
                   | values[(uint8_t) text[i + 3]];
        }

        out[0] = (uint8_t) (word >> 16);
        out[1] = (uint8_t) (word >> 8);
        out[2] = (uint8_t) word;
    }

    return bad & 0x80 ? -1 : (long) ((size_t) (out - start) - pad);
}

void
load_stamp_write(uint8_t *frame, const load_stamp_t *stamp)
{
    uint64_t check = STAMP_MAGIC ^ stamp->sent_ns;

    memcpy(frame, &check, 8);
    memcpy(frame + 8, &stamp->sent_ns, 8);
    memcpy(frame + 16, &stamp->call, 4);
    memcpy(frame + 20, &stamp->sequence, 4);
    memcpy(frame + STAMP_BYTES, filler(stamp), LOAD_FRAME_BYTES - STAMP_BYTES);
}

int
load_stamp_read(load_stamp_t *stamp, const uint8_t *frame)
{
    uint64_t check;

    memcpy(&check, frame, 8);
    memcpy(&stamp->sent_ns, frame + 8, 8);
    memcpy(&stamp->call, frame + 16, 4);
    memcpy(&stamp->sequence, frame + 20, 4);

    return check == (STAMP_MAGIC ^ stamp->sent_ns)
                   && memcmp(frame + STAMP_BYTES, filler(stamp),
                             LOAD_FRAME_BYTES - STAMP_BYTES)
                          == 0
               ? 0
               : -1;
}

char *
load_decimal(char *out, uint64_t n)
{
    char   digits[20];
    size_t i = sizeof(digits);

    do {
        digits[--i] = (char) ('0' + n % 10);
        n /= 10;
    } while (n > 0);

    memcpy(out, digits + i, sizeof(digits) - i);

    return out + sizeof(digits) - i;
}

/* A window on 512 bytes of noise, moved on from frame to frame. */
static const uint8_t *
filler(const load_stamp_t *stamp)
{
    size_t          i;
    uint32_t        random = 2463534242U;
    static uint8_t  noise[512];
    static unsigned has_noise;

    if (!has_noise) {
        for (i = 0; i < sizeof(noise); i++) {
            random ^= random << 13;
            random ^= random >> 17;
            random ^= random << 5;
            noise[i] = (uint8_t) (random >> 8);
        }
        has_noise = 1;
    }

    return noise + (stamp->call * 7 + stamp->sequence) % 256;
}

/* Need not be secret here: only not the same again and again. */
static uint32_t
next_mask(void)
{
    static uint32_t random = 88172645U;

    random ^= random << 13;
    random ^= random >> 17;
    random ^= random << 5;

    return random;
}
