/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "desk_breaker.h"

/*
 * An entry's word: until_ms << 23 | prober's generation << 15 | its index + 1
 * << 6 | level << 2 | state. Closed is 0. `until` is when it may be probed,
 * or when the probe's lease ends.
 */
#define STATE_MASK       3U
#define STATE_CLOSED     0U
#define STATE_OPEN       1U
#define STATE_PROBED     2U
#define LEVEL_SHIFT      2
#define LEVEL_MASK       0xfU
#define LEVEL_MAX        4U
#define INDEX_SHIFT      6
#define INDEX_MASK       0x1ffU
#define GENERATION_SHIFT 15
#define GENERATION_MASK  0xffU
#define UNTIL_SHIFT      23

/* A fault: when << 24 | answers that went well before it. */
#define WELL_BITS 24
#define WELL_MASK 0xffffffU

/* How far from its place a key may lie. */
#define NEAR 16
/* An entry that nobody asked for in so long may be another's. */
#define UNUSED_S 600

static uint64_t key_of(desk_breakers_shared_t *t, const char *service,
                       const char *credential);
static uint64_t salt_word(_Atomic uint64_t *word);
static void sip_round(uint64_t v[4]);
static void sip_add(uint64_t v[4], const char *text);
static uint32_t entry_find(const desk_breakers_shared_t *t, uint64_t key);
static uint32_t entry_claim(desk_breakers_shared_t *t, uint64_t key,
                            uint32_t service, uint64_t now_ms);
static int entry_is_unused(const desk_breaker_shared_t *e,
                           uint64_t now_ms);
static uint32_t service_claim(desk_breakers_shared_t *t, const char *name);
static int entry_leave(const desk_breakers_t *b,
                       desk_breaker_shared_t *e, uint64_t now_ms,
                       uint32_t lease_ms, uint64_t *probe,
                       uint32_t *retry_ms);
static int may_probe(const desk_breakers_t *b, uint64_t word,
                     uint64_t now_ms);
static uint64_t word_probed(const desk_breakers_t *b, uint64_t word,
                            uint64_t until_ms);
static uint64_t word_open(unsigned level, uint64_t until_ms);
static int entry_is_full_of_faults(desk_breaker_shared_t *e,
                                   uint64_t now_ms);
static void entry_clear(desk_breaker_shared_t *e);
static int entry_change(desk_breaker_shared_t *e, uint64_t from,
                        uint64_t to);
static void count(_Atomic uint64_t *counter);
static desk_breaker_shared_t *ask_entry(const desk_breakers_t *b,
                                        const desk_ask_t *ask);
static desk_service_shared_t *ask_service(const desk_breakers_t *b,
                                          const desk_ask_t *ask);

int
desk_breaker_ask(const desk_breakers_t *breakers, const char *service,
                 const char *credential, uint64_t now_ms, uint32_t lease_ms,
                 desk_ask_t *ask, uint32_t *retry_ms)
{
    desk_service_shared_t  *s;
    desk_breaker_shared_t  *e;
    desk_breakers_shared_t *t = breakers->shared;

    memset(ask, 0, sizeof(*ask));
    ask->key = key_of(t, service, credential);
    ask->service = service_claim(t, service);
    ask->entry = entry_claim(t, ask->key, ask->service, now_ms);

    e = ask_entry(breakers, ask);
    if (e != NULL
        && entry_leave(breakers, e, now_ms, lease_ms, &ask->probe, retry_ms)
               < 0)
    {
        return -EBUSY;
    }

    s = ask_service(breakers, ask);
    if (s != NULL) {
        count(&s->requests);
    }

    return 0;
}

void
desk_breaker_tell(const desk_breakers_t *breakers, const desk_ask_t *ask,
                  desk_ask_e how, uint64_t now_ms)
{
    unsigned               level;
    uint64_t               open_ms, word;
    desk_service_shared_t *s = ask_service(breakers, ask);
    desk_breaker_shared_t *e = ask_entry(breakers, ask);

    if (how == DESK_ASK_FAULT && s != NULL) {
        count(&s->faults);
    }

    if (e == NULL) {
        return;
    }

    /* A probe's word is its own: whose lease has ended changes nothing. */
    if (ask->probe != 0) {
        level = (unsigned) (ask->probe >> LEVEL_SHIFT & LEVEL_MASK);

        switch (how) {
        case DESK_ASK_WELL:
            entry_clear(e);
            (void) entry_change(e, ask->probe, STATE_CLOSED);
            break;

        case DESK_ASK_FAULT:
            level = level < LEVEL_MAX ? level + 1 : LEVEL_MAX;
            open_ms = (uint64_t) DESK_BREAKER_OPEN_MS << level;
            open_ms = open_ms < DESK_BREAKER_OPEN_MAX_MS
                          ? open_ms
                          : DESK_BREAKER_OPEN_MAX_MS;
            (void) entry_change(e, ask->probe,
                                word_open(level, now_ms + open_ms));
            break;

        case DESK_ASK_UNKNOWN:
            (void) entry_change(e, ask->probe, word_open(level, now_ms));
            break;
        }
        return;
    }

    if (how == DESK_ASK_WELL) {
        /* Relaxed: a number, and nothing lies behind it. */
        (void) atomic_fetch_add_explicit(&e->well, 1, memory_order_relaxed);

    } else if (how == DESK_ASK_FAULT && entry_is_full_of_faults(e, now_ms)) {
        word = word_open(0, now_ms + DESK_BREAKER_OPEN_MS);
        if (entry_change(e, STATE_CLOSED, word) && s != NULL) {
            count(&s->opened);
        }
    }
}

void
desk_breaker_rest(const desk_breakers_t *breakers, const desk_ask_t *ask,
                  uint32_t rest_ms, uint64_t now_ms)
{
    uint64_t               from, to;
    desk_service_shared_t *s = ask_service(breakers, ask);
    desk_breaker_shared_t *e = ask_entry(breakers, ask);

    if (e == NULL) {
        return;
    }

    rest_ms = rest_ms < DESK_BREAKER_REST_MAX_MS ? rest_ms
                                                 : DESK_BREAKER_REST_MAX_MS;
    from = ask->probe != 0 ? ask->probe : STATE_CLOSED;
    to = word_open((unsigned) (from >> LEVEL_SHIFT & LEVEL_MASK),
                   now_ms + rest_ms);

    if (entry_change(e, from, to) && from == STATE_CLOSED && s != NULL) {
        count(&s->opened);
    }
}

int
desk_breaker_is_open(const desk_breakers_t *breakers, const char *service,
                     const char *credential, uint64_t now_ms)
{
    uint32_t                entry;
    uint64_t                word;
    desk_breakers_shared_t *t = breakers->shared;

    entry = entry_find(t, key_of(t, service, credential));
    if (entry == DESK_BREAKER_COUNT) {
        return 0;
    }

    word = atomic_load_explicit(&t->entries[entry].word,
                                memory_order_acquire);

    return (word & STATE_MASK) != STATE_CLOSED
           && !may_probe(breakers, word, now_ms);
}

int
desk_service_read(const desk_breakers_shared_t *shared, uint32_t index,
                  desk_service_t *service)
{
    uint32_t                     i;
    uint64_t                     words[DESK_SERVICE_NAME / 8];
    const char                  *p;
    const desk_service_shared_t *s = &shared->services[index];

    memset(service, 0, sizeof(*service));

    for (i = 0; i < DESK_SERVICE_NAME / 8; i++) {
        words[i] = atomic_load_explicit(&s->name[i], memory_order_relaxed);
    }

    memcpy(service->name, words, sizeof(words));

    for (p = service->name; *p != '\0'; p++) {
        if (!(*p >= 'a' && *p <= 'z') && !(*p >= '0' && *p <= '9')
            && *p != '-' && *p != '_')
        {
            return -ENOENT;
        }
    }

    if (p == service->name) {
        return -ENOENT;
    }

    service->requests = atomic_load_explicit(&s->requests,
                                             memory_order_relaxed);
    service->faults = atomic_load_explicit(&s->faults, memory_order_relaxed);
    service->opened = atomic_load_explicit(&s->opened, memory_order_relaxed);

    for (i = 0; i < DESK_BREAKER_COUNT; i++) {
        service->open += atomic_load_explicit(&shared->entries[i].service,
                                              memory_order_relaxed)
                             == index
                         && (atomic_load_explicit(&shared->entries[i].word,
                                                  memory_order_relaxed)
                             & STATE_MASK)
                                != STATE_CLOSED;
    }

    return 0;
}

/*
 * SipHash-1-3 with a secret of the segment: nobody can choose a credential
 * that falls together with another's, nor learn one from the table.
 */
static uint64_t
key_of(desk_breakers_shared_t *t, const char *service, const char *credential)
{
    uint64_t v[4], a, b;

    a = salt_word(&t->salt[0]);
    b = salt_word(&t->salt[1]);

    v[0] = a ^ 0x736f6d6570736575ULL;
    v[1] = b ^ 0x646f72616e646f6dULL;
    v[2] = a ^ 0x6c7967656e657261ULL;
    v[3] = b ^ 0x7465646279746573ULL;

    sip_add(v, service);
    sip_add(v, credential == NULL ? "" : credential);

    v[2] ^= 0xff;
    sip_round(v);
    sip_round(v);
    sip_round(v);

    /* 0 is a free entry. */
    return (v[0] ^ v[1] ^ v[2] ^ v[3]) | 1;
}

/* Who comes first makes it. */
static uint64_t
salt_word(_Atomic uint64_t *word)
{
    uint64_t found, random;

    found = atomic_load_explicit(word, memory_order_relaxed);
    if (found != 0) {
        return found;
    }

    if (getrandom(&random, sizeof(random), 0) != (ssize_t) sizeof(random)) {
        random = desk_now_ms();
    }

    random |= 1;
    (void) atomic_compare_exchange_strong_explicit(
        word, &found, random, memory_order_relaxed, memory_order_relaxed);

    return found != 0 ? found : random;
}

static void
sip_round(uint64_t v[4])
{
#define ROTATE(x, n) ((x) << (n) | (x) >> (64 - (n)))
    v[0] += v[1];
    v[2] += v[3];
    v[1] = ROTATE(v[1], 13) ^ v[0];
    v[3] = ROTATE(v[3], 16) ^ v[2];
    v[0] = ROTATE(v[0], 32);
    v[2] += v[1];
    v[0] += v[3];
    v[1] = ROTATE(v[1], 17) ^ v[2];
    v[3] = ROTATE(v[3], 21) ^ v[0];
    v[2] = ROTATE(v[2], 32);
#undef ROTATE
}

/* Its length closes it: two texts are not one that is longer. */
static void
sip_add(uint64_t v[4], const char *text)
{
    size_t   n, length = strlen(text);
    uint64_t word;

    for (n = 0; n <= length; n += 8) {
        word = 0;
        memcpy(&word, text + n, length - n < 8 ? length - n : 8);

        if (length - n < 8) {
            word |= (uint64_t) (length & 0xff) << 56;
        }

        v[3] ^= word;
        sip_round(v);
        v[0] ^= word;
    }
}

static uint32_t
entry_find(const desk_breakers_shared_t *t, uint64_t key)
{
    uint32_t i, at;

    for (i = 0; i < NEAR; i++) {
        at = (uint32_t) ((key + i) % DESK_BREAKER_COUNT);

        /* Relaxed: an entry of another's by now is a fault miscounted. */
        if (atomic_load_explicit(&t->entries[at].key, memory_order_relaxed)
            == key)
        {
            return at;
        }
    }

    return DESK_BREAKER_COUNT;
}

static uint32_t
entry_claim(desk_breakers_shared_t *t, uint64_t key, uint32_t service,
            uint64_t now_ms)
{
    uint32_t               i, at;
    uint64_t               found;
    desk_breaker_shared_t *e;

    at = entry_find(t, key);

    for (i = 0; i < NEAR && at == DESK_BREAKER_COUNT; i++) {
        e = &t->entries[(key + i) % DESK_BREAKER_COUNT];
        found = atomic_load_explicit(&e->key, memory_order_relaxed);

        if (found != 0 && !entry_is_unused(e, now_ms)) {
            continue;
        }

        if (atomic_compare_exchange_strong_explicit(
                &e->key, &found, key, memory_order_acq_rel,
                memory_order_relaxed))
        {
            entry_clear(e);
            atomic_store_explicit(&e->word, STATE_CLOSED,
                                  memory_order_relaxed);
            atomic_store_explicit(&e->service, service,
                                  memory_order_relaxed);
        }

        /* Ours, or of who came first: perhaps with the same key. */
        at = entry_find(t, key);
    }

    if (at != DESK_BREAKER_COUNT) {
        atomic_store_explicit(&t->entries[at].used_s,
                              (uint32_t) (now_ms / 1000),
                              memory_order_relaxed);
    }

    return at;
}

static int
entry_is_unused(const desk_breaker_shared_t *e, uint64_t now_ms)
{
    uint32_t used_s = atomic_load_explicit(&e->used_s, memory_order_relaxed);

    return (uint32_t) (now_ms / 1000) - used_s > UNUSED_S;
}

/*
 * By the hash of its name, and then the name: whoever comes writes the same
 * words, so it does not matter who of them dies.
 */
static uint32_t
service_claim(desk_breakers_shared_t *t, const char *name)
{
    size_t   length = strlen(name);
    uint32_t i, w;
    uint64_t found, words[DESK_SERVICE_NAME / 8] = { 0 };
    uint64_t hash[4] = { 1, 2, 3, 4 }, key;

    memcpy(words, name,
           length < DESK_SERVICE_NAME ? length : DESK_SERVICE_NAME);
    sip_add(hash, name);
    sip_round(hash);
    key = (hash[0] ^ hash[1] ^ hash[2] ^ hash[3]) | 1;

    for (i = 0; i < DESK_SERVICE_COUNT; i++) {
        found = atomic_load_explicit(&t->services[i].key,
                                     memory_order_relaxed);

        if (found == 0) {
            (void) atomic_compare_exchange_strong_explicit(
                &t->services[i].key, &found, key, memory_order_relaxed,
                memory_order_relaxed);
            found = found == 0 ? key : found;
        }

        if (found != key) {
            continue;
        }

        if (atomic_load_explicit(&t->services[i].name[0],
                                 memory_order_relaxed)
            == 0)
        {
            for (w = 0; w < DESK_SERVICE_NAME / 8; w++) {
                atomic_store_explicit(&t->services[i].name[w], words[w],
                                      memory_order_relaxed);
            }
        }

        return i;
    }

    return DESK_SERVICE_COUNT;
}

/* Leave to ask, as one of many or as the prober. */
static int
entry_leave(const desk_breakers_t *b, desk_breaker_shared_t *e,
            uint64_t now_ms, uint32_t lease_ms, uint64_t *probe,
            uint32_t *retry_ms)
{
    uint64_t word, mine, until;

    for (;;) {
        word = atomic_load_explicit(&e->word, memory_order_acquire);
        if ((word & STATE_MASK) == STATE_CLOSED) {
            return 0;
        }

        if (!may_probe(b, word, now_ms)) {
            until = word >> UNTIL_SHIFT;
            *retry_ms = until > now_ms ? (uint32_t) (until - now_ms) : 1;
            return -EBUSY;
        }

        lease_ms = lease_ms < DESK_BREAKER_REST_MAX_MS
                       ? lease_ms
                       : DESK_BREAKER_REST_MAX_MS;
        mine = word_probed(b, word, now_ms + lease_ms);

        if (entry_change(e, word, mine)) {
            *probe = mine;
            return 0;
        }
    }
}

/* Its time has come, its prober has not lived, or it makes no sense. */
static int
may_probe(const desk_breakers_t *b, uint64_t word, uint64_t now_ms)
{
    uint32_t    index;
    uint64_t    until = word >> UNTIL_SHIFT;
    desk_life_e life;

    if (now_ms >= until || until > now_ms + DESK_BREAKER_REST_MAX_MS
        || ((word & STATE_MASK) != STATE_OPEN
            && (word & STATE_MASK) != STATE_PROBED))
    {
        return 1;
    }

    index = (uint32_t) (word >> INDEX_SHIFT & INDEX_MASK);

    if ((word & STATE_MASK) != STATE_PROBED || b->seg == NULL || index == 0
        || index > DESK_PROCESS_COUNT)
    {
        return 0;
    }

    life = desk_process_life(b->seg, index - 1);

    return life == DESK_LIFE_DEAD || life == DESK_LIFE_FREE
           || (desk_process_generation(b->seg, index - 1) & GENERATION_MASK)
                  != (word >> GENERATION_SHIFT & GENERATION_MASK);
}

static uint64_t
word_probed(const desk_breakers_t *b, uint64_t word, uint64_t until_ms)
{
    uint64_t probed;

    probed = until_ms << UNTIL_SHIFT | STATE_PROBED
             | (word & LEVEL_MASK << LEVEL_SHIFT);

    if (b->self != NULL) {
        probed |= (uint64_t) (b->self->index + 1) << INDEX_SHIFT
                  | (b->self->generation & GENERATION_MASK)
                        << GENERATION_SHIFT;
    }

    return probed;
}

static uint64_t
word_open(unsigned level, uint64_t until_ms)
{
    return until_ms << UNTIL_SHIFT | (uint64_t) level << LEVEL_SHIFT
           | STATE_OPEN;
}

/*
 * Takes the place of the fault four before it: when that one is not old, and
 * little went well since, this is the fifth.
 */
static int
entry_is_full_of_faults(desk_breaker_shared_t *e, uint64_t now_ms)
{
    uint32_t n, well;
    uint64_t before, mine;

    /* Relaxed: each word stands for itself. */
    well = atomic_load_explicit(&e->well, memory_order_relaxed) & WELL_MASK;
    mine = now_ms << WELL_BITS | well;

    n = atomic_fetch_add_explicit(&e->next, 1, memory_order_relaxed)
        % (DESK_BREAKER_FAULTS - 1);
    before = atomic_exchange_explicit(&e->faults[n], mine,
                                      memory_order_relaxed);

    return before != 0
           && (mine >> WELL_BITS) - (before >> WELL_BITS)
                  < DESK_BREAKER_WITHIN_MS
           && ((well - (uint32_t) before) & WELL_MASK) < DESK_BREAKER_WELL;
}

static void
entry_clear(desk_breaker_shared_t *e)
{
    int i;

    for (i = 0; i < DESK_BREAKER_FAULTS - 1; i++) {
        atomic_store_explicit(&e->faults[i], 0, memory_order_relaxed);
    }
}

/*
 * B1: acquire and release: who finds it closed by a probe finds its faults
 * forgotten, which is done before.
 */
static int
entry_change(desk_breaker_shared_t *e, uint64_t from, uint64_t to)
{
    return atomic_compare_exchange_strong_explicit(
        &e->word, &from, to, memory_order_acq_rel, memory_order_acquire);
}

static void
count(_Atomic uint64_t *counter)
{
    (void) atomic_fetch_add_explicit(counter, 1, memory_order_relaxed);
}

/* NULL: there is none, or it is another's by now. */
static desk_breaker_shared_t *
ask_entry(const desk_breakers_t *b, const desk_ask_t *ask)
{
    desk_breaker_shared_t *e;

    if (ask->entry >= DESK_BREAKER_COUNT) {
        return NULL;
    }

    e = &b->shared->entries[ask->entry];

    return atomic_load_explicit(&e->key, memory_order_relaxed) == ask->key
               ? e
               : NULL;
}

static desk_service_shared_t *
ask_service(const desk_breakers_t *b, const desk_ask_t *ask)
{
    return ask->service < DESK_SERVICE_COUNT
               ? &b->shared->services[ask->service]
               : NULL;
}
