/* SPDX-License-Identifier: BSD-2-Clause */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "job/job.h"
#include "shm/desk_seal.h"

/*
 * The key ring was turned: clients' keys that another than the first key of
 * credential_keys sealed are sealed by the first. Those that no key opens
 * stay as they are, and are told of.
 */
#define SEALED_MAX 8192 /* bytes; a key has 4,000 at most */

typedef struct {
    desk_keyring_t ring;
    char           after[40]; /* the last row that was looked at */
    unsigned       closed;    /* no key opened them */
} reseal_t;

#define RESEAL_FIRST "00000000-0000-0000-0000-000000000000"

static void reseal_start(job_t *job);
static void reseal_cancel(job_t *job);
static void reseal_ask(job_t *job);
static void reseal_on_old(void *data, PGresult *result, const char *state,
                          const char *error);
static int  reseal_row(job_t *job, const PGresult *result, int row);
static int  reseal_seal(uint8_t *sealed, size_t *length, const char *client,
                        const char *kind, const desk_keyring_t *ring);
static void reseal_end(job_t *job, job_end_e how, const char *reason);

const job_kind_t job_reseal = { "credentials_reseal", reseal_start,
                                reseal_cancel };

static void
reseal_start(job_t *job)
{
    reseal_t          *reseal;
    const desk_conf_t *conf = job_conf(job);

    reseal = calloc(1, sizeof(reseal_t));
    if (reseal == NULL) {
        job_end(job, JOB_LATER, "out of memory");
        return;
    }

    job->work = reseal;
    strcpy(reseal->after, RESEAL_FIRST);

    if (desk_keyring_read(&reseal->ring, conf->credential_keys) != NULL
        || reseal->ring.n == 0)
    {
        reseal_end(job, JOB_DONE, NULL);
        return;
    }

    reseal_ask(job);
}

static void
reseal_cancel(job_t *job)
{
    pg_forget(job->pg, job);

    if (job->work != NULL) {
        OPENSSL_cleanse(job->work, sizeof(reseal_t));
        free(job->work);
        job->work = NULL;
    }
}

static void
reseal_ask(job_t *job)
{
    char        id[24];
    reseal_t   *reseal = job->work;
    const char *params[] = { id, reseal->after };

    (void) snprintf(id, sizeof(id), "%u", reseal->ring.keys[0].id);

    if (pg_query(job->pg, PG_FAILS,
                 "select id, client_id, kind, sealed "
                 "from worker.credentials_old($1, $2)",
                 2, params, reseal_on_old, job)
        < 0)
    {
        reseal_end(job, JOB_LATER, "Postgres is away");
    }
}

/* Some at a time. */
static void
reseal_on_old(void *data, PGresult *result, const char *state,
              const char *error)
{
    int       row, rows;
    job_t    *job = data;
    reseal_t *reseal = job->work;

    (void) state;
    (void) error;

    if (result == NULL) {
        reseal_end(job, JOB_LATER, "Postgres did not answer");
        return;
    }

    rows = PQntuples(result);
    for (row = 0; row < rows; row++) {
        (void) snprintf(reseal->after, sizeof(reseal->after), "%s",
                        PQgetvalue(result, row, 0));
        if (reseal_row(job, result, row) < 0) {
            reseal->closed++;
        }
    }

    if (rows > 0) {
        reseal_ask(job);
        return;
    }

    reseal_end(job, reseal->closed > 0 ? JOB_NEVER : JOB_DONE,
               "No key of credential_keys opens some keys of clients.");
}

/* Whether it was written is not waited for: what was not is old still. */
static int
reseal_row(job_t *job, const PGresult *result, int row)
{
    char        hex[2 * SEALED_MAX + 1];
    size_t      i, length;
    uint8_t     sealed[SEALED_MAX];
    reseal_t   *reseal = job->work;
    const char *old = PQgetvalue(result, row, 3);
    const char *params[] = { PQgetvalue(result, row, 0), old, hex };

    length = desk_seal_read(sealed, sizeof(sealed), old);
    if (length == 0
        || reseal_seal(sealed, &length, PQgetvalue(result, row, 1),
                       PQgetvalue(result, row, 2), &reseal->ring)
               < 0)
    {
        return -1;
    }

    for (i = 0; i < length; i++) {
        (void) snprintf(hex + 2 * i, 3, "%02x", sealed[i]);
    }

    return pg_query(job->pg, PG_FAILS,
                    "select worker.credential_reseal($1, $2, $3)", 3, params,
                    NULL, job);
}

/* In place: both are as long. */
static int
reseal_seal(uint8_t *sealed, size_t *length, const char *client,
            const char *kind, const desk_keyring_t *ring)
{
    int          rc;
    char         row[DESK_SEAL_PLACE];
    size_t       bytes = 0;
    uint8_t      secret[SEALED_MAX];
    desk_place_t place;

    if ((size_t) snprintf(row, sizeof(row), "%s/%s", client, kind)
            >= sizeof(row)
        || desk_place(&place, "provider_credentials", row, "ciphertext") < 0
        || desk_unseal(secret, &bytes, sealed, *length, &place, ring) < 0)
    {
        return -1;
    }

    rc = desk_seal(sealed, secret, bytes, &place, ring);
    OPENSSL_cleanse(secret, sizeof(secret));

    return rc;
}

static void
reseal_end(job_t *job, job_end_e how, const char *reason)
{
    reseal_cancel(job);
    job_end(job, how, how == JOB_DONE ? NULL : reason);
}
