/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "provider/stt_front.h"
#include "speech/telephone.h"

#define TELEPHONE_PATH_MAX 4096
#define TELEPHONE_MAGIC 0x11223344

/* Cepstra, how fast they change, and how fast that changes. */
#define TELEPHONE_STREAMS 3

/*
 * A file of means or variances: lines of text up to "endhdr", the byte order,
 * the numbers of codebooks, streams and densities, the length of each
 * stream's vectors and the number of floats; then vectors by codebook, stream
 * and density.
 */
typedef struct {
    uint32_t codebooks, streams, densities;
    size_t   vectors; /* STT_CEPSTRA floats each */
    float   *values;
} gaussians_t;

static int gaussians_read(gaussians_t *g, const char *folder,
                          const char *name);
static int gaussians_head(gaussians_t *g, FILE *file);
static int gaussians_write(const gaussians_t *g, const char *folder,
                           const char *name);
static void telephone_mean(const stt_front_map_t *map, float *mean);
static void telephone_variance(const stt_front_map_t *map, float *variance);

int
telephone_build(const char *acoustic, const char *output)
{
    int             rc;
    gaussians_t     means = { 0 }, variances = { 0 };
    stt_front_t    *front;
    stt_front_map_t map;

    rc = stt_front_create(&front, acoustic);
    if (rc < 0) {
        fprintf(stderr, "%s: not a model that we know\n", acoustic);
        return rc;
    }

    stt_front_map(front, &map);
    stt_front_destroy(front);

    rc = gaussians_read(&means, acoustic, "means");
    if (rc == 0) {
        rc = gaussians_read(&variances, acoustic, "variances");
    }

    for (size_t i = 0; rc == 0 && i < means.vectors; i++) {
        telephone_mean(&map, means.values + i * STT_CEPSTRA);
    }

    for (size_t i = 0; rc == 0 && i < variances.vectors; i++) {
        telephone_variance(&map, variances.values + i * STT_CEPSTRA);
    }

    if (rc == 0) {
        rc = gaussians_write(&means, output, "means");
    }
    if (rc == 0) {
        rc = gaussians_write(&variances, output, "variances");
    }

    free(means.values);
    free(variances.values);
    return rc;
}

static int
gaussians_read(gaussians_t *g, const char *folder, const char *name)
{
    int    rc;
    char   path[TELEPHONE_PATH_MAX];
    FILE  *file;
    size_t count;

    (void) snprintf(path, sizeof(path), "%s/%s", folder, name);
    file = fopen(path, "re");
    if (file == NULL) {
        rc = -errno;
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        return rc;
    }

    rc = gaussians_head(g, file);
    if (rc == 0) {
        count = g->vectors * STT_CEPSTRA;
        g->values = malloc(count * sizeof(float));
        rc = g->values == NULL ? -ENOMEM : 0;
    }

    if (rc == 0 && fread(g->values, sizeof(float), count, file) != count) {
        rc = -EINVAL;
    }

    if (rc < 0) {
        fprintf(stderr, "%s: not Gaussians that we know\n", path);
    }

    (void) fclose(file);
    return rc;
}

static int
gaussians_head(gaussians_t *g, FILE *file)
{
    char     line[256];
    uint32_t head[4], lengths[TELEPHONE_STREAMS], total;

    do {
        if (fgets(line, sizeof(line), file) == NULL) {
            return -EINVAL;
        }
    } while (strstr(line, "endhdr") == NULL);

    if (fread(head, sizeof(head), 1, file) != 1 || head[0] != TELEPHONE_MAGIC
        || head[1] == 0 || head[1] > 10000 || head[2] != TELEPHONE_STREAMS
        || head[3] == 0 || head[3] > 10000
        || fread(lengths, sizeof(lengths), 1, file) != 1
        || fread(&total, sizeof(total), 1, file) != 1)
    {
        return -EINVAL;
    }

    for (int i = 0; i < TELEPHONE_STREAMS; i++) {
        if (lengths[i] != STT_CEPSTRA) {
            return -EINVAL;
        }
    }

    g->codebooks = head[1];
    g->streams = head[2];
    g->densities = head[3];
    g->vectors = (size_t) head[1] * head[2] * head[3];
    return total == g->vectors * STT_CEPSTRA ? 0 : -EINVAL;
}

static int
gaussians_write(const gaussians_t *g, const char *folder, const char *name)
{
    int      rc = 0;
    char     path[TELEPHONE_PATH_MAX];
    FILE    *file;
    size_t   count = g->vectors * STT_CEPSTRA;
    uint32_t head[] = { TELEPHONE_MAGIC, g->codebooks, g->streams,
                        g->densities,    STT_CEPSTRA,  STT_CEPSTRA,
                        STT_CEPSTRA,     (uint32_t) count };

    (void) snprintf(path, sizeof(path), "%s/%s", folder, name);
    file = fopen(path, "we");
    if (file == NULL) {
        rc = -errno;
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        return rc;
    }

    if (fputs("s3\nversion 1.0\nendhdr\n", file) == EOF
        || fwrite(head, sizeof(head), 1, file) != 1
        || fwrite(g->values, sizeof(float), count, file) != count)
    {
        rc = -EIO;
    }

    if (fclose(file) != 0) {
        rc = -EIO;
    }

    if (rc < 0) {
        fprintf(stderr, "%s: cannot be written\n", path);
    }

    return rc;
}

static void
telephone_mean(const stt_front_map_t *map, float *mean)
{
    double wide[STT_CEPSTRA], sum;

    for (int i = 0; i < STT_CEPSTRA; i++) {
        wide[i] = (double) mean[i];
    }

    for (int i = 0; i < STT_CEPSTRA; i++) {
        sum = 0.0;
        for (int k = 0; k < STT_CEPSTRA; k++) {
            sum += map->matrix[i][k] * wide[k];
        }
        mean[i] = (float) sum;
    }
}

/* The model's Gaussians have no covariances, and get none. */
static void
telephone_variance(const stt_front_map_t *map, float *variance)
{
    double wide[STT_CEPSTRA], sum;

    for (int i = 0; i < STT_CEPSTRA; i++) {
        wide[i] = (double) variance[i];
    }

    for (int i = 0; i < STT_CEPSTRA; i++) {
        sum = map->stray[i];
        for (int k = 0; k < STT_CEPSTRA; k++) {
            sum += map->matrix[i][k] * map->matrix[i][k] * wide[k];
        }
        variance[i] = (float) sum;
    }
}
