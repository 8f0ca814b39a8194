/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"

#define LINE_BYTES 1024

static const char *const level_names[] = { "error", "warn", "info", "debug" };

static log_level_e log_level = LOG_INFO;
static char        log_process[32] = "worker";

static size_t append_escaped(char *line, size_t at, const char *text);
static size_t utf8_length(const unsigned char *text);

void
log_open(log_level_e level, const char *process)
{
    log_level = level;
    (void) snprintf(log_process, sizeof(log_process), "%s", process);
}

int
log_level_parse(const char *name, log_level_e *level)
{
    size_t i;

    for (i = 0; i < sizeof(level_names) / sizeof(level_names[0]); i++) {
        if (strcmp(name, level_names[i]) == 0) {
            *level = (log_level_e) i;
            return 0;
        }
    }

    return -EINVAL;
}

int
log_enabled(log_level_e level)
{
    return level <= log_level;
}

void
log_write(log_level_e level, const log_t *log, const char *format, ...)
{
    char            text[LINE_BYTES / 2], line[LINE_BYTES];
    size_t          n;
    va_list         args;
    struct tm       tm;
    struct timespec now;

    if (!log_enabled(level)) {
        return;
    }

    va_start(args, format);
    (void) vsnprintf(text, sizeof(text), format, args);
    va_end(args);

    (void) clock_gettime(CLOCK_REALTIME, &now);
    (void) gmtime_r(&now.tv_sec, &tm);

    n = strftime(line, sizeof(line), "{\"time\":\"%Y-%m-%dT%H:%M:%S", &tm);
    n += (size_t) snprintf(line + n, sizeof(line) - n,
                           ".%03ldZ\",\"level\":\"%s\",\"process\":\"%s\","
                           "\"pid\":%d,\"message\":\"",
                           now.tv_nsec / 1000000, level_names[level],
                           log_process, (int) getpid());
    n = append_escaped(line, n, log->prefix);
    n = append_escaped(line, n, text);
    memcpy(line + n, "\"}\n", 3);

    /* One write, so that lines of several processes do not mix. */
    if (write(STDERR_FILENO, line, n + 3) < 0) {
        return; /* nobody to tell */
    }
}

/* RFC 8259 section 7; what is cut is the text's end, never the brace. */
static size_t
append_escaped(char *line, size_t at, const char *text)
{
    size_t        length;
    unsigned char c;

    for (; *text != '\0' && at < LINE_BYTES - 12; text++) {
        c = (unsigned char) *text;
        length = utf8_length((const unsigned char *) text);

        if (length == 0) {
            line[at++] = '?'; /* cut, or never was a character */
            continue;
        }

        if (length > 1) {
            memcpy(line + at, text, length);
            at += length;
            text += length - 1;
            continue;
        }

        if (c == '"' || c == '\\') {
            line[at++] = '\\';
            line[at++] = (char) c;
        } else if (c < 0x20 || c == 0x7f) {
            at += (size_t) snprintf(line + at, 7, "\\u%04x", c);
        } else {
            line[at++] = (char) c;
        }
    }

    return at;
}

/* Bytes of the character there (RFC 3629); 0: it is none. */
static size_t
utf8_length(const unsigned char *text)
{
    size_t i, length;

    if (text[0] < 0x80) {
        return 1;
    }

    length = 2 + (text[0] >= 0xe0) + (text[0] >= 0xf0);

    if (text[0] < 0xc2 || text[0] > 0xf4) {
        return 0;
    }

    for (i = 1; i < length; i++) {
        if ((text[i] & 0xc0) != 0x80) {
            return 0;
        }
    }

    /* Longer than need be, a surrogate, or beyond the last one. */
    if ((text[0] == 0xe0 && text[1] < 0xa0)
        || (text[0] == 0xed && text[1] > 0x9f)
        || (text[0] == 0xf0 && text[1] < 0x90)
        || (text[0] == 0xf4 && text[1] > 0x8f))
    {
        return 0;
    }

    return length;
}
