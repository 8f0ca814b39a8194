/* SPDX-License-Identifier: BSD-2-Clause */

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <flite/flite.h>

#include "provider/flite_lock.h"
#include "provider/stt_words.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

struct stt_words_s {
    char     *text; /* the dictionary's file, mapped */
    size_t    len;
    uint32_t *lines; /* where each begins, sorted by word */
    size_t    count;
};

cst_lexicon *cmu_lex_init(void);

static int words_index(stt_words_t *w);
static int words_compare(const void *a, const void *b, void *data);
static int words_differ(const char *line, const char *word);
static int words_copy(const char *line, char phones[STT_PHONES_MAX]);
static int words_guess(const char *word, char phones[STT_PHONES_MAX]);
static int words_put(char *out, size_t size, int at, const char *word);
static int words_number(char *out, size_t size, int at, const char *digits,
                        size_t len);

int
stt_words_open(stt_words_t **wp, const char *dictionary)
{
    int          rc, fd;
    struct stat  st;
    stt_words_t *w;

    w = calloc(1, sizeof(stt_words_t));
    if (w == NULL) {
        return -ENOMEM;
    }

    fd = open(dictionary, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) < 0 || st.st_size == 0) {
        rc = errno != 0 ? -errno : -EINVAL;
        goto failed;
    }

    w->len = (size_t) st.st_size;
    w->text = mmap(NULL, w->len, PROT_READ, MAP_PRIVATE, fd, 0);
    if (w->text == MAP_FAILED) {
        rc = -errno;
        w->text = NULL;
        goto failed;
    }

    rc = words_index(w);
    if (rc < 0) {
        goto failed;
    }

    close(fd);
    *wp = w;
    return 0;

failed:
    if (fd >= 0) {
        close(fd);
    }
    stt_words_close(w);
    return rc;
}

void
stt_words_close(stt_words_t *w)
{
    if (w == NULL) {
        return;
    }

    if (w->text != NULL) {
        munmap(w->text, w->len);
    }

    free(w->lines);
    free(w);
}

int
stt_words_phones(const stt_words_t *w, const char *word, unsigned nth,
                 char phones[STT_PHONES_MAX])
{
    int         differ;
    char        wanted[80];
    size_t      low = 0, high = w->count, middle;
    const char *line;

    (void) snprintf(wanted, sizeof(wanted), nth == 0 ? "%s" : "%s(%u)", word,
                    nth + 1);

    while (low < high) {
        middle = low + (high - low) / 2;
        line = w->text + w->lines[middle];
        differ = words_differ(line, wanted);
        if (differ == 0) {
            return words_copy(line, phones);
        }

        if (differ < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }

    return nth == 0 ? words_guess(word, phones) : -ENOENT;
}

int
stt_words_spoken(char *out, size_t size, const char *text)
{
    int    at = 0;
    char   word[64];
    size_t len;

    if (size == 0) {
        return -ENOSPC;
    }
    out[0] = '\0';

    while (*text != '\0' && at >= 0) {
        if (isdigit((unsigned char) *text)) {
            len = strspn(text, "0123456789");
            at = words_number(out, size, at, text, len);
            text += len;
            continue;
        }

        len = 0;
        while (isalpha((unsigned char) text[len])
               || (text[len] == '\'' && isalpha((unsigned char) text[len + 1])
                   && len > 0)) {
            if (len < sizeof(word) - 1) {
                word[len] = (char) tolower((unsigned char) text[len]);
            }
            len++;
        }

        if (len > 0) {
            word[len < sizeof(word) ? len : sizeof(word) - 1] = '\0';
            at = words_put(out, size, at, word);
            text += len;
            continue;
        }

        switch (*text) {
        case '&':
            at = words_put(out, size, at, "and");
            break;
        case '@':
            at = words_put(out, size, at, "at");
            break;
        case '%':
            at = words_put(out, size, at, "percent");
            break;
        case '+':
            at = words_put(out, size, at, "plus");
            break;
        default:
            break;
        }
        text++;
    }

    return at;
}

static int
words_index(stt_words_t *w)
{
    size_t room = 0;

    for (size_t at = 0; at < w->len; at++) {
        room += w->text[at] == '\n';
    }

    w->lines = malloc((room + 1) * sizeof(uint32_t));
    if (w->lines == NULL) {
        return -ENOMEM;
    }

    /* A last line without its end is left out: nothing may run past it. */
    for (size_t at = 0; at < w->len && w->count < room; at++) {
        w->lines[w->count++] = (uint32_t) at;
        while (w->text[at] != '\n') {
            at++;
        }
    }

    qsort_r(w->lines, w->count, sizeof(uint32_t), words_compare, w->text);
    return 0;
}

static int
words_compare(const void *a, const void *b, void *data)
{
    const char *text = data;
    const char *x = text + *(const uint32_t *) a;
    const char *y = text + *(const uint32_t *) b;

    while (*x == *y && *x != ' ' && *x != '\n') {
        x++;
        y++;
    }

    return (*x == ' ' || *x == '\n' ? 0 : (unsigned char) *x)
           - (*y == ' ' || *y == '\n' ? 0 : (unsigned char) *y);
}

static int
words_differ(const char *line, const char *word)
{
    while (*line == *word) {
        line++;
        word++;
    }

    return (*line == ' ' || *line == '\n' ? 0 : (unsigned char) *line)
           - (unsigned char) *word;
}

static int
words_copy(const char *line, char phones[STT_PHONES_MAX])
{
    size_t len;

    line += strcspn(line, " \n");
    line += strspn(line, " ");
    len = strcspn(line, "\r\n");
    if (len == 0 || len >= STT_PHONES_MAX) {
        return -ENOENT;
    }

    memcpy(phones, line, len);
    phones[len] = '\0';
    return 0;
}

/* flite writes "ax0" and "ih1" where the acoustic model has AH and IH. */
static int
words_guess(const char *word, char phones[STT_PHONES_MAX])
{
    int            rc = 0;
    size_t         len, at = 0;
    cst_val       *list;
    const char    *phone;
    const cst_val *v;

    for (const char *p = word; *p != '\0'; p++) {
        if (!isalpha((unsigned char) *p) && *p != '\'') {
            return -ENOENT;
        }
    }

    flite_lock();
    list = lex_lookup(cmu_lex_init(), word, NULL, NULL);

    for (v = list; v != NULL && rc == 0; v = val_cdr(v)) {
        phone = val_string(val_car(v));
        len = strcspn(phone, "0123456789");
        if (at + len + 2 > STT_PHONES_MAX) {
            rc = -ENOENT;
            break;
        }

        if (at > 0) {
            phones[at++] = ' ';
        }

        if (strncmp(phone, "ax", 2) == 0) {
            phone = "ah";
        }

        for (size_t i = 0; i < len; i++) {
            phones[at++] = (char) toupper((unsigned char) phone[i]);
        }
    }

    delete_val(list);
    flite_unlock();

    phones[at] = '\0';
    return at > 0 ? rc : -ENOENT;
}

static int
words_put(char *out, size_t size, int at, const char *word)
{
    int n;

    if (at < 0) {
        return at;
    }

    n = snprintf(out + at, size - (size_t) at, at > 0 ? " %s" : "%s", word);
    return n < (int) (size - (size_t) at) ? at + n : -ENOSPC;
}

/* Up to 99 as a number, all others digit by digit. */
static int
words_number(char *out, size_t size, int at, const char *digits, size_t len)
{
    int                      value;
    static const char *const low[] = {
        "zero", "one", "two", "three", "four", "five", "six", "seven",
        "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen",
        "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"
    };
    static const char *const tens[] = {
        "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty",
        "ninety"
    };

    if (len > 2 || digits[0] == '0') {
        for (size_t i = 0; i < len; i++) {
            at = words_put(out, size, at, low[digits[i] - '0']);
        }
        return at;
    }

    value = digits[0] - '0';
    if (len == 2) {
        value = value * 10 + digits[1] - '0';
    }

    if (value < (int) COUNT(low)) {
        return words_put(out, size, at, low[value]);
    }

    at = words_put(out, size, at, tens[value / 10 - 2]);
    return value % 10 == 0 ? at : words_put(out, size, at, low[value % 10]);
}
