/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * How well and how fast callers are understood: one line of JSON.
 *
 *     recognition SENTENCES FOLDER [-v] [-o HYPOTHESES]
 *
 * SENTENCES is recognition.tsv, FOLDER what the build made for the
 * recognizer. -v writes what was misheard to standard error; -o writes voice,
 * sentence, what was understood, and confidence to a file.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "caller.h"
#include "heard.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Every third call comes over a line with some hiss. */
#define BENCH_NOISE_DBFS (-52.0f)
#define BENCH_RUNS_MAX 4096

typedef struct {
    int      is_verbose;
    FILE    *out;
    unsigned sentences, right, words, errors, count;
    double   audio_ms, decode_ms;
    double   times_ms[BENCH_RUNS_MAX];
} bench_t;

static int bench_file(bench_t *b, const char *path);
static int bench_sentence(bench_t *b, const char *voice, const char *text);
static int bench_compare(const void *a, const void *b);
static void bench_print(bench_t *b);

int
main(int argc, char *argv[])
{
    int             rc, option;
    static bench_t  b;

    while ((option = getopt(argc, argv, "vo:")) != -1) {
        if (option == 'v') {
            b.is_verbose = 1;
        } else if (option == 'o') {
            b.out = fopen(optarg, "we");
        }
    }

    if (argc - optind != 2) {
        fprintf(stderr, "usage: recognition [-v] [-o FILE] TSV FOLDER\n");
        return EXIT_FAILURE;
    }

    rc = heard_open(argv[optind + 1]);
    if (rc == 0) {
        rc = bench_file(&b, argv[optind]);
    }
    heard_close();

    if (b.out != NULL) {
        fclose(b.out);
    }

    if (rc < 0) {
        fprintf(stderr, "recognition: %s\n", strerror(-rc));
        return EXIT_FAILURE;
    }

    bench_print(&b);
    return EXIT_SUCCESS;
}

static int
bench_file(bench_t *b, const char *path)
{
    int                      rc = 0;
    char                     line[1024];
    FILE                    *file;
    static const char *const voices[] = { "rms", "awb", "slt" };

    file = fopen(path, "re");
    if (file == NULL) {
        return -errno;
    }

    while (rc == 0 && fgets(line, sizeof(line), file) != NULL) {
        if (line[0] == '#' || line[0] == '\n') {
            continue;
        }

        line[strcspn(line, "\t\n")] = '\0';
        b->sentences++;
        for (size_t i = 0; i < COUNT(voices) && rc == 0; i++) {
            rc = bench_sentence(b, voices[i], line);
        }
    }

    fclose(file);
    return rc;
}

static int
bench_sentence(bench_t *b, const char *voice, const char *text)
{
    int      rc, errors;
    float    noise;
    size_t   samples;
    heard_t  heard;
    uint8_t *ulaw;

    if (b->count == BENCH_RUNS_MAX) {
        return -ENOSPC;
    }

    noise = (b->count + b->sentences) % 3 == 0 ? BENCH_NOISE_DBFS : 0.0f;
    rc = caller_speak(voice, text, noise, &ulaw, &samples);
    if (rc < 0) {
        return rc;
    }

    rc = heard_listen(ulaw, samples, &heard);
    free(ulaw);
    if (rc < 0) {
        return rc;
    }

    errors = heard_errors(text, heard.text);
    b->right += errors == 0;
    b->errors += (unsigned) errors;
    b->words += (unsigned) heard_words(text);
    b->audio_ms += (double) samples / 8.0;
    b->decode_ms += heard.decode_ms;
    b->times_ms[b->count++] = heard.decode_ms;

    if (b->is_verbose && errors > 0) {
        fprintf(stderr, "%s%s %.2f\n  said  %s\n  heard %s\n", voice,
                noise < 0.0f ? " noise" : "", (double) heard.confidence, text,
                heard.text);
    }

    if (b->out != NULL) {
        fprintf(b->out, "%s\t%s\t%s\t%.3f\n", voice, text, heard.text,
                (double) heard.confidence);
    }

    return 0;
}

static int
bench_compare(const void *a, const void *b)
{
    double x = *(const double *) a, y = *(const double *) b;

    return x < y ? -1 : x > y;
}

static void
bench_print(bench_t *b)
{
    qsort(b->times_ms, b->count, sizeof(double), bench_compare);

    printf("{\"bench\":\"recognition\",\"sentences\":%u,\"utterances\":%u,"
           "\"sentence_accuracy\":%.4f,\"word_error_rate\":%.4f,"
           "\"xrt\":%.4f,\"decode_ms_p50\":%.1f,\"decode_ms_p95\":%.1f}\n",
           b->sentences, b->count, (double) b->right / b->count,
           (double) b->errors / b->words, b->decode_ms / b->audio_ms,
           b->times_ms[b->count / 2], b->times_ms[b->count * 95 / 100]);
}
