/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dsp/g711.h"
#include "provider/stt_pool.h"

/* Clients whose words one decoder knows at a time: some 10 MB each. */
#define POOL_MODELS_MAX 8

/* A decoder's dictionary only grows; then it is replaced by a new one. */
#define POOL_ADDED_WORDS_MAX 8000

#define POOL_DECODERS_DEFAULT 2
#define POOL_PATH_MAX         1024

struct stt_client_s {
    stt_client_t *next;
    char         *id;
    char        **sentences;
    size_t        count;
    unsigned      attached; /* open sessions */
    unsigned      learned;  /* decoders that know it or learn it now */
    uint64_t      number;   /* of this set of words, never used again */
    unsigned      failed:1; /* its words cannot be learned */
};

typedef enum { POOL_CREATE,
               POOL_DECODE,
               POOL_LEARN } pool_task_e;

typedef struct {
    stt_client_t *client;
    uint64_t      used; /* when last: by the pool's own count */
} pool_model_t;

/* One decoder. While busy, only the thread touches `decoder`. */
typedef struct {
    uv_work_t      work;
    stt_decoder_t *decoder;
    pool_task_e    task;
    stt_job_t     *job;
    stt_client_t  *client; /* to learn, or whose model decodes */
    stt_client_t  *forget; /* makes room for the one to learn */
    pool_model_t   models[POOL_MODELS_MAX];
    size_t         model_count;
    int            rc;
    unsigned       busy:1;
} pool_slot_t;

typedef struct {
    char          acoustic[POOL_PATH_MAX];
    char          dictionary[POOL_PATH_MAX];
    char          folder[POOL_PATH_MAX];
    pool_slot_t   slots[STT_POOL_DECODERS_MAX];
    unsigned      slot_count;
    stt_job_t    *first, **last; /* waiting to be decoded */
    stt_client_t *clients;
    uint64_t      clock; /* counts uses */
    uint64_t      numbers;
    uv_loop_t    *loop;
    unsigned      busy_count;
    int           warm_rc;
    void (*warm_done)(void *data, int rc);
    void *warm_data;
} pool_t;

static int           pool_use(uv_loop_t *loop);
static void          pool_dispatch(void);
static pool_slot_t  *pool_idle_slot(const stt_client_t *client);
static pool_model_t *pool_model(pool_slot_t *slot, const stt_client_t *client);
static int           pool_start(pool_slot_t *slot, pool_task_e task);
static void          pool_learn_one(void);
static int           pool_learn(pool_slot_t *slot, stt_client_t *client);
static void          pool_on_work(uv_work_t *work);
static int           pool_run(pool_slot_t *slot);
static int           pool_decode(pool_slot_t *slot, const char *name);
static void          pool_name(char name[32], const stt_client_t *client);
static void          pool_on_done(uv_work_t *work, int status);
static void          pool_learned(pool_slot_t *slot);
static void          pool_renew(pool_slot_t *slot);
static void          pool_warmed(void);
static stt_client_t *client_find(const char *id, const char *const *sentences,
                                 size_t count);
static int           client_create(stt_client_t **cp, const char *id,
                                   const char *const *sentences, size_t count);
static void          client_release(stt_client_t *client);
static void          client_free(stt_client_t *client);

static pool_t pool = {
    .acoustic = "/usr/share/pocketsphinx/model/en-us/en-us",
    .dictionary = "/usr/share/pocketsphinx/model/en-us/cmudict-en-us.dict",
    .folder = "build/speech",
    .slot_count = POOL_DECODERS_DEFAULT,
    .last = &pool.first,
};

int
stt_pool_setup(const stt_decoder_paths_t *paths, unsigned decoders)
{
    if (decoders == 0 || decoders > STT_POOL_DECODERS_MAX) {
        return -EINVAL;
    }

    if (pool.loop != NULL) {
        return -EBUSY;
    }

    (void) snprintf(pool.acoustic, POOL_PATH_MAX, "%s", paths->acoustic);
    (void) snprintf(pool.dictionary, POOL_PATH_MAX, "%s", paths->dictionary);
    (void) snprintf(pool.folder, POOL_PATH_MAX, "%s", paths->folder);
    pool.slot_count = decoders;
    return 0;
}

int
stt_pool_destroy(void)
{
    if (pool.busy_count > 0 || pool.first != NULL) {
        return -EBUSY;
    }

    for (unsigned i = 0; i < pool.slot_count; i++) {
        pool_renew(&pool.slots[i]);
    }

    pool.loop = NULL;
    return 0;
}

int
stt_pool_warm(uv_loop_t *loop, void (*done)(void *data, int rc), void *data)
{
    int rc;

    rc = pool_use(loop);
    if (rc < 0) {
        return rc;
    }

    pool.warm_done = done;
    pool.warm_data = data;
    pool.warm_rc = 0;

    for (unsigned i = 0; i < pool.slot_count; i++) {
        if (pool.slots[i].decoder == NULL && !pool.slots[i].busy) {
            rc = pool_start(&pool.slots[i], POOL_CREATE);
            if (rc < 0) {
                pool.warm_done = NULL;
                return rc;
            }
        }
    }

    if (pool.busy_count == 0) {
        pool_warmed();
    }

    return 0;
}

int
stt_pool_submit(uv_loop_t *loop, stt_job_t *job)
{
    int rc;

    rc = pool_use(loop);
    if (rc < 0) {
        return rc;
    }

    job->next = NULL;
    *pool.last = job;
    pool.last = &job->next;

    pool_dispatch();
    return 0;
}

int
stt_pool_withdraw(stt_job_t *job)
{
    stt_job_t **at = &pool.first;

    while (*at != NULL && *at != job) {
        at = &(*at)->next;
    }

    if (*at == NULL) {
        return 0;
    }

    *at = job->next;
    if (*at == NULL) {
        pool.last = at;
    }

    return 1;
}

int
stt_pool_attach(uv_loop_t *loop, stt_client_t **cp, const char *client_id,
                const char *const *sentences, size_t count)
{
    int           rc;
    stt_client_t *client;

    rc = pool_use(loop);
    if (rc < 0) {
        return rc;
    }

    client = client_find(client_id, sentences, count);
    if (client == NULL) {
        rc = client_create(&client, client_id, sentences, count);
        if (rc < 0) {
            return rc;
        }
    }

    client->attached++;
    *cp = client;
    pool_dispatch();
    return 0;
}

void
stt_pool_detach(stt_client_t *client)
{
    client->attached--;
    client_release(client);
}

unsigned
stt_pool_knows(const stt_client_t *client)
{
    unsigned n = 0;

    for (unsigned i = 0; i < pool.slot_count; i++) {
        n += pool_model(&pool.slots[i], client) != NULL;
    }

    return n;
}

static int
pool_use(uv_loop_t *loop)
{
    if (pool.loop != NULL && pool.loop != loop
        && (pool.busy_count > 0 || pool.first != NULL)) {
        return -EBUSY;
    }

    pool.loop = loop;
    return 0;
}

/* Decoding comes first; what is idle then may learn. */
static void
pool_dispatch(void)
{
    int          rc;
    stt_job_t   *job;
    pool_slot_t *slot;

    while (pool.first != NULL) {
        job = pool.first;
        slot = pool_idle_slot(job->client);
        if (slot == NULL) {
            return;
        }

        (void) stt_pool_withdraw(job);
        slot->job = job;
        slot->client = pool_model(slot, job->client) != NULL ? job->client
                                                             : NULL;
        rc = pool_start(slot, POOL_DECODE);
        if (rc < 0) {
            slot->job = NULL;
            slot->client = NULL;
            job->done(job, rc);
        }
    }

    pool_learn_one();
}

/* Best one that knows the client, then one that is there already. */
static pool_slot_t *
pool_idle_slot(const stt_client_t *client)
{
    int          merit, best_merit = -1;
    pool_slot_t *slot, *best = NULL;

    for (unsigned i = 0; i < pool.slot_count; i++) {
        slot = &pool.slots[i];
        if (slot->busy) {
            continue;
        }

        merit = (slot->decoder != NULL) + (pool_model(slot, client) != NULL);
        if (merit > best_merit) {
            best_merit = merit;
            best = slot;
        }
    }

    return best;
}

static pool_model_t *
pool_model(pool_slot_t *slot, const stt_client_t *client)
{
    for (size_t i = 0; i < slot->model_count; i++) {
        if (slot->models[i].client == client) {
            return &slot->models[i];
        }
    }

    return NULL;
}

static int
pool_start(pool_slot_t *slot, pool_task_e task)
{
    int           rc;
    pool_model_t *model;

    slot->task = task;

    model = pool_model(slot, slot->client);
    if (model != NULL) {
        model->used = ++pool.clock;
    }

    rc = uv_queue_work(pool.loop, &slot->work, pool_on_work, pool_on_done);
    if (rc == 0) {
        slot->busy = 1;
        pool.busy_count++;
    }

    return rc;
}

/* One decoder at a time, so that the others can answer meanwhile. */
static void
pool_learn_one(void)
{
    pool_slot_t *slot;

    for (unsigned i = 0; i < pool.slot_count; i++) {
        if (pool.slots[i].busy && pool.slots[i].task == POOL_LEARN) {
            return;
        }
    }

    for (stt_client_t *c = pool.clients; c != NULL; c = c->next) {
        if (c->attached == 0 || c->failed) {
            continue;
        }

        for (unsigned i = 0; i < pool.slot_count; i++) {
            slot = &pool.slots[i];
            if (!slot->busy && slot->decoder != NULL
                && pool_model(slot, c) == NULL && pool_learn(slot, c) == 0) {
                return;
            }
        }
    }
}

/* -EAGAIN: all that the decoder knows is in use. */
static int
pool_learn(pool_slot_t *slot, stt_client_t *client)
{
    int           rc;
    pool_model_t *m, *oldest = NULL;

    for (size_t i = 0; i < slot->model_count; i++) {
        m = &slot->models[i];
        if (m->client->attached == 0
            && (oldest == NULL || m->used < oldest->used)) {
            oldest = m;
        }
    }

    slot->forget = NULL;
    if (slot->model_count == POOL_MODELS_MAX) {
        if (oldest == NULL) {
            return -EAGAIN;
        }

        slot->forget = oldest->client;
        *oldest = slot->models[--slot->model_count];
    }

    client->learned++;
    slot->client = client;
    rc = pool_start(slot, POOL_LEARN);
    if (rc < 0) {
        client->learned--;
        client->failed = 1;
        slot->client = NULL;

        if (slot->forget != NULL) {
            slot->models[slot->model_count].used = 0;
            slot->models[slot->model_count++].client = slot->forget;
        }
    }

    return rc;
}

/* On a thread of libuv. */
static void
pool_on_work(uv_work_t *work)
{
    pool_slot_t *slot = (pool_slot_t *) work;

    slot->rc = pool_run(slot);
}

/* Twice the memory of the utterance, and only while it is decoded. */
static int
pool_decode(pool_slot_t *slot, const char *name)
{
    int        rc;
    int16_t   *pcm;
    stt_job_t *job = slot->job;

    pcm = malloc(job->samples * sizeof(int16_t));
    if (pcm == NULL) {
        return -ENOMEM;
    }

    g711_ulaw_decode(pcm, job->ulaw, job->samples);
    rc = stt_decoder_decode(slot->decoder, name, pcm, job->samples,
                            &job->result);
    free(pcm);

    return rc;
}

static int
pool_run(pool_slot_t *slot)
{
    int                 rc;
    char                name[32];
    stt_decoder_paths_t paths;

    if (slot->decoder == NULL) {
        paths.acoustic = pool.acoustic;
        paths.dictionary = pool.dictionary;
        paths.folder = pool.folder;

        rc = stt_decoder_create(&slot->decoder, &paths);
        if (rc < 0) {
            return rc;
        }
    }

    pool_name(name, slot->client);

    switch (slot->task) {

    case POOL_CREATE:
        return 0;

    case POOL_DECODE:
        return pool_decode(slot, slot->client != NULL ? name : NULL);

    case POOL_LEARN:
        if (slot->forget != NULL) {
            char old[32];

            pool_name(old, slot->forget);
            stt_decoder_forget(slot->decoder, old);
        }
        return stt_decoder_learn(slot->decoder, name,
                                 (const char *const *) slot->client->sentences,
                                 slot->client->count);
    }

    return -EINVAL;
}

static void
pool_name(char name[32], const stt_client_t *client)
{
    (void) snprintf(name, 32, "client-%llu",
                    client != NULL ? (unsigned long long) client->number : 0);
}

/* Back on the loop. */
static void
pool_on_done(uv_work_t *work, int status)
{
    int          rc;
    stt_job_t   *job;
    pool_slot_t *slot = (pool_slot_t *) work;

    job = slot->job;
    slot->job = NULL;
    slot->busy = 0;
    pool.busy_count--;

    if (status < 0) {
        slot->rc = status;
    }

    if (slot->task == POOL_CREATE && slot->rc < 0 && pool.warm_rc == 0) {
        pool.warm_rc = slot->rc;
    }

    if (slot->task == POOL_LEARN) {
        pool_learned(slot);
    }

    /* The slot may be at work again before the job's owner is told. */
    rc = slot->rc;
    slot->client = NULL;
    pool_dispatch();

    if (job != NULL) {
        job->done(job, rc);
    }

    if (pool.busy_count == 0) {
        pool_warmed();
    }
}

static void
pool_learned(pool_slot_t *slot)
{
    pool_model_t *model;

    if (slot->forget != NULL) {
        slot->forget->learned--;
        client_release(slot->forget);
        slot->forget = NULL;
    }

    if (slot->rc < 0) {
        slot->client->learned--;
        slot->client->failed = 1;
        client_release(slot->client);
        return;
    }

    model = &slot->models[slot->model_count++];
    model->client = slot->client;
    model->used = ++pool.clock;

    if (stt_decoder_added_words(slot->decoder) > POOL_ADDED_WORDS_MAX) {
        pool_renew(slot);
    }
}

/* The next task makes a new decoder, which learns anew. */
static void
pool_renew(pool_slot_t *slot)
{
    while (slot->model_count > 0) {
        slot->model_count--;
        slot->models[slot->model_count].client->learned--;
        client_release(slot->models[slot->model_count].client);
    }

    stt_decoder_destroy(slot->decoder);
    slot->decoder = NULL;
}

static void
pool_warmed(void)
{
    void (*done)(void *data, int rc) = pool.warm_done;

    pool.warm_done = NULL;
    if (done != NULL) {
        done(pool.warm_data, pool.warm_rc);
    }
}

static stt_client_t *
client_find(const char *id, const char *const *sentences, size_t count)
{
    size_t i;

    for (stt_client_t *c = pool.clients; c != NULL; c = c->next) {
        if (c->count != count || strcmp(c->id, id) != 0) {
            continue;
        }

        i = 0;
        while (i < count && strcmp(c->sentences[i], sentences[i]) == 0) {
            i++;
        }

        if (i == count) {
            return c;
        }
    }

    return NULL;
}

static int
client_create(stt_client_t **cp, const char *id, const char *const *sentences,
              size_t count)
{
    stt_client_t *c;

    c = calloc(1, sizeof(stt_client_t));
    if (c == NULL) {
        return -ENOMEM;
    }

    c->id = strdup(id);
    c->sentences = calloc(count + 1, sizeof(char *));
    if (c->id == NULL || c->sentences == NULL) {
        client_free(c);
        return -ENOMEM;
    }

    for (c->count = 0; c->count < count; c->count++) {
        c->sentences[c->count] = strdup(sentences[c->count]);
        if (c->sentences[c->count] == NULL) {
            client_free(c);
            return -ENOMEM;
        }
    }

    c->number = ++pool.numbers;
    c->next = pool.clients;
    pool.clients = c;
    *cp = c;
    return 0;
}

/* Gone when nobody speaks for it and no decoder knows it. */
static void
client_release(stt_client_t *client)
{
    stt_client_t **at = &pool.clients;

    if (client->attached > 0 || client->learned > 0) {
        return;
    }

    while (*at != client) {
        at = &(*at)->next;
    }

    *at = client->next;
    client_free(client);
}

static void
client_free(stt_client_t *c)
{
    for (size_t i = 0; c->sentences != NULL && i < c->count; i++) {
        free(c->sentences[i]);
    }

    free(c->sentences);
    free(c->id);
    free(c);
}
