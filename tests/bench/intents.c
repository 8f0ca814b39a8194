/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * How often the receptionist would have known what a caller wanted, from what
 * the recognizer made of it: one line of JSON.
 *
 *     intents SENTENCES HYPOTHESES [-v]
 *
 * SENTENCES is recognition.tsv, HYPOTHESES what `recognition -o` wrote. Slots
 * count as right when they are those of the sentence as it was said.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dialogue/builtin.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define NOW_MS INT64_C(1795186800000) /* Friday 2026-11-20 10:00 in New York */
#define ZONE "America/New_York"
#define LINE_BYTES 1024
#define SENTENCES_MAX 1024

/* What the businesses of the test set offer. */
static const char *const services[] = { "cleaning", "checkup", "whitening",
                                        "filling", "haircut",
                                        "consultation" };

typedef struct {
    char *text;
    char *intent;
} sentence_t;

static sentence_t sentences[SENTENCES_MAX];
static size_t     sentence_count;

static int  read_sentences(const char *path);
static const char *intent_of(const char *text);
static void guess(builtin_guess_t *g, const char *text);
static int  same_slots(const builtin_guess_t *a, const builtin_guess_t *b);
static char *field(char **line);

int
main(int argc, char *argv[])
{
    int             verbose;
    FILE           *file;
    char            line[LINE_BYTES], *rest, *voice, *said, *heard;
    unsigned        count = 0, intents = 0, whole = 0, words = 0;
    const char     *intent;
    builtin_guess_t of_said, of_heard;

    if (argc < 3 || read_sentences(argv[1]) < 0
        || (file = fopen(argv[2], "r")) == NULL)
    {
        fprintf(stderr, "usage: intents SENTENCES HYPOTHESES [-v]\n");
        return EXIT_FAILURE;
    }

    verbose = argc > 3 && strcmp(argv[3], "-v") == 0;

    while (fgets(line, sizeof(line), file) != NULL) {
        rest = line;
        voice = field(&rest);
        said = field(&rest);
        heard = field(&rest);
        intent = intent_of(said);

        if (intent == NULL) {
            continue;
        }

        guess(&of_said, said);
        guess(&of_heard, heard);
        count++;
        words += strcmp(of_said.intent, intent) == 0;
        intents += strcmp(of_heard.intent, intent) == 0;

        if (strcmp(of_heard.intent, intent) == 0
            && same_slots(&of_said, &of_heard))
        {
            whole++;
        } else if (verbose) {
            fprintf(stderr, "%s\n  said  %s (%s)\n  heard %s (%s)\n", voice,
                    said, intent, heard, of_heard.intent);
        }
    }

    (void) fclose(file);

    printf("{\"bench\":\"intents\",\"utterances\":%u,"
           "\"intent_accuracy\":%.4f,\"intent_and_slots_accuracy\":%.4f,"
           "\"intent_accuracy_of_the_words_said\":%.4f}\n",
           count, (double) intents / count, (double) whole / count,
           (double) words / count);

    return EXIT_SUCCESS;
}

static int
read_sentences(const char *path)
{
    FILE *file;
    char  line[LINE_BYTES], *rest;

    file = fopen(path, "r");
    if (file == NULL) {
        return -errno;
    }

    while (sentence_count < SENTENCES_MAX
           && fgets(line, sizeof(line), file) != NULL)
    {
        if (line[0] == '#') {
            continue;
        }

        rest = line;
        sentences[sentence_count].text = strdup(field(&rest));
        sentences[sentence_count].intent = strdup(field(&rest));
        sentence_count++;
    }

    (void) fclose(file);

    return 0;
}

static const char *
intent_of(const char *text)
{
    size_t i;

    for (i = 0; i < sentence_count; i++) {
        if (strcmp(sentences[i].text, text) == 0) {
            return sentences[i].intent;
        }
    }

    return NULL;
}

static void
guess(builtin_guess_t *g, const char *text)
{
    builtin_intent_of(g, text, NOW_MS, ZONE, services, COUNT(services));
}

static int
same_slots(const builtin_guess_t *a, const builtin_guess_t *b)
{
    return strcmp(a->date, b->date) == 0 && strcmp(a->part, b->part) == 0
           && strcmp(a->time, b->time) == 0 && strcmp(a->name, b->name) == 0
           && strcmp(a->phone, b->phone) == 0
           && strcmp(a->service, b->service) == 0;
}

/* Cuts the next field off a line of tabs. */
static char *
field(char **line)
{
    char *start = *line;

    *line += strcspn(*line, "\t\n");
    if (**line != '\0') {
        *(*line)++ = '\0';
    }

    return start;
}
