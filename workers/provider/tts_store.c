/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "provider/tts_store.h"

#define STORE_MAGIC   0x73747466 /* "ftts" */
#define STORE_VERSION 1
#define STORE_ENTRIES 1024
#define STORE_BLOCK   4096 /* half a second */
#define STORE_BLOCKS_MIN 64
#define STORE_BLOCKS_MAX 65536
#define STORE_NONE    UINT32_MAX
#define STORE_DIGEST  32

typedef struct {
    uint32_t magic, version;
    uint32_t blocks;
    uint32_t reserved[13];
} store_head_t;

/*
 * Made valid last and invalid first. Readers see none of it half: what they
 * copied is what its digest says, or it is not there.
 */
typedef struct {
    _Atomic uint32_t samples; /* 0: the entry is free */
    _Atomic uint32_t first;   /* block */
    _Atomic uint64_t used_ms;  /* last asked for, Unix time */
    uint8_t          key[STORE_DIGEST];
    uint8_t          digest[STORE_DIGEST]; /* of key and samples */
} store_entry_t;

_Static_assert(sizeof(store_head_t) == 64, "it is in a file");
_Static_assert(sizeof(store_entry_t) == 80, "it is in a file");

struct tts_store_s {
    int               fd;
    void             *map;
    size_t            bytes;
    uint32_t          blocks;
    store_entry_t    *entries;
    _Atomic uint32_t *chain; /* the block after each */
    uint8_t          *data;
    uint8_t          *taken; /* while writing: blocks that entries hold */
};

static int  store_file(int *fdp, const char *path);
static int  store_is_ours(int fd, size_t bytes, uint32_t blocks);
static int  store_make(int fd, size_t bytes, uint32_t blocks);
static size_t store_overhead(uint32_t blocks);
static int  store_copy(const tts_store_t *s, store_entry_t *e,
                       uint8_t **ulaw, size_t *samples);
static int  store_write(tts_store_t *s, const uint8_t *key,
                        const uint8_t *ulaw, uint32_t samples);
static uint32_t store_mark(tts_store_t *s);
static int  store_mark_entry(tts_store_t *s, store_entry_t *e);
static store_entry_t *store_oldest(tts_store_t *s);
static store_entry_t *store_find(const tts_store_t *s, const uint8_t *key);
static int  store_digest(uint8_t *out, const void *a, size_t a_bytes,
                         const void *b, size_t b_bytes);

static uint32_t
store_blocks_of(size_t samples)
{
    return (uint32_t) ((samples + STORE_BLOCK - 1) / STORE_BLOCK);
}

static uint64_t
store_now_ms(void)
{
    struct timespec now;

    (void) clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t) now.tv_sec * 1000 + (uint64_t) now.tv_nsec / 1000000;
}

int
tts_store_open(tts_store_t **sp, const char *path, size_t bytes)
{
    int          rc;
    uint8_t     *at;
    tts_store_t *s;

    s = calloc(1, sizeof(tts_store_t));
    if (s == NULL) {
        return -ENOMEM;
    }

    s->fd = -1;
    s->map = MAP_FAILED;
    s->blocks = bytes / STORE_BLOCK > STORE_BLOCKS_MAX
                    ? STORE_BLOCKS_MAX
                    : store_blocks_of(bytes);
    if (s->blocks < STORE_BLOCKS_MIN) {
        s->blocks = STORE_BLOCKS_MIN;
    }

    s->bytes = store_overhead(s->blocks) + (size_t) s->blocks * STORE_BLOCK;
    s->taken = malloc(s->blocks);
    rc = s->taken != NULL ? store_file(&s->fd, path) : -ENOMEM;
    if (rc < 0) {
        goto failed;
    }

    /* Workers that start together make it once. */
    if (flock(s->fd, LOCK_EX) < 0) {
        rc = -errno;
        goto failed;
    }

    if (!store_is_ours(s->fd, s->bytes, s->blocks)) {
        rc = store_make(s->fd, s->bytes, s->blocks);
    }

    (void) flock(s->fd, LOCK_UN);
    if (rc < 0) {
        goto failed;
    }

    s->map = mmap(NULL, s->bytes, PROT_READ | PROT_WRITE, MAP_SHARED, s->fd, 0);
    if (s->map == MAP_FAILED) {
        rc = -errno;
        goto failed;
    }

    at = (uint8_t *) s->map + sizeof(store_head_t);
    s->entries = (void *) at;
    s->chain = (void *) (at + STORE_ENTRIES * sizeof(store_entry_t));
    s->data = (uint8_t *) s->map + store_overhead(s->blocks);
    *sp = s;
    return 0;

failed:
    tts_store_close(s);
    return rc;
}

void
tts_store_close(tts_store_t *s)
{
    if (s == NULL) {
        return;
    }

    if (s->map != MAP_FAILED) {
        (void) munmap(s->map, s->bytes);
    }

    if (s->fd >= 0) {
        (void) close(s->fd);
    }

    free(s->taken);
    free(s);
}

int
tts_store_get(tts_store_t *s, const char *key, uint8_t **ulaw, size_t *samples)
{
    int            rc;
    uint8_t        wanted[STORE_DIGEST];
    store_entry_t *e;

    rc = store_digest(wanted, key, strlen(key), NULL, 0);
    if (rc < 0) {
        return rc;
    }

    e = store_find(s, wanted);
    if (e == NULL) {
        return -ENOENT;
    }

    rc = store_copy(s, e, ulaw, samples);
    if (rc == 0) {
        atomic_store_explicit(&e->used_ms, store_now_ms(),
                              memory_order_relaxed);
    }

    return rc;
}

int
tts_store_put(tts_store_t *s, const char *key, const uint8_t *ulaw,
              size_t samples)
{
    int     rc;
    uint8_t digest[STORE_DIGEST];

    if (samples == 0) {
        return -EINVAL;
    }

    if (samples > (size_t) s->blocks * STORE_BLOCK / 4) {
        return -EFBIG;
    }

    rc = store_digest(digest, key, strlen(key), NULL, 0);
    if (rc < 0) {
        return rc;
    }

    if (flock(s->fd, LOCK_EX | LOCK_NB) < 0) {
        return errno == EWOULDBLOCK ? -EAGAIN : -errno;
    }

    rc = store_write(s, digest, ulaw, (uint32_t) samples);
    (void) flock(s->fd, LOCK_UN);
    return rc;
}

/* Nobody else's: what is spoken to callers comes from it. */
static int
store_file(int *fdp, const char *path)
{
    int         fd;
    struct stat st;

    fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        return -errno;
    }

    if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_uid != geteuid()
        || (st.st_mode & 022) != 0) {
        (void) close(fd);
        return -EPERM;
    }

    *fdp = fd;
    return 0;
}

static int
store_is_ours(int fd, size_t bytes, uint32_t blocks)
{
    struct stat  st;
    store_head_t head;

    return fstat(fd, &st) == 0 && (uint64_t) st.st_size >= bytes
           && pread(fd, &head, sizeof(head), 0) == (ssize_t) sizeof(head)
           && head.magic == STORE_MAGIC && head.version == STORE_VERSION
           && head.blocks == blocks;
}

/*
 * One of another size is another's, who may have it mapped and would die of
 * touching what is gone: it is never cut. What is longer is not ours, then.
 */
static int
store_make(int fd, size_t bytes, uint32_t blocks)
{
    int          rc;
    char         zeros[4096] = { 0 };
    store_head_t head = { .magic = STORE_MAGIC,
                          .version = STORE_VERSION,
                          .blocks = blocks };

    rc = posix_fallocate(fd, 0, (off_t) bytes);
    if (rc != 0) {
        return -rc;
    }

    for (size_t at = 0; at < store_overhead(blocks); at += sizeof(zeros)) {
        if (pwrite(fd, zeros, sizeof(zeros), (off_t) at)
            != (ssize_t) sizeof(zeros)) {
            return -EIO;
        }
    }

    if (pwrite(fd, &head, sizeof(head), 0) != (ssize_t) sizeof(head)) {
        return -EIO;
    }

    return 0;
}

static size_t
store_overhead(uint32_t blocks)
{
    size_t bytes = sizeof(store_head_t)
                   + STORE_ENTRIES * sizeof(store_entry_t)
                   + blocks * sizeof(uint32_t);

    return (bytes + STORE_BLOCK - 1) / STORE_BLOCK * STORE_BLOCK;
}

/* Every number in it may be wrong: another may be writing it right now. */
static int
store_copy(const tts_store_t *s, store_entry_t *e, uint8_t **ulaw,
           size_t *samples)
{
    size_t   left, step;
    uint8_t *copy, *at, key[STORE_DIGEST], said[STORE_DIGEST];
    uint8_t  is[STORE_DIGEST];
    uint32_t n, block;

    /* A1 pairs with R1 in store_write(): all of the entry is written. */
    n = atomic_load_explicit(&e->samples, memory_order_acquire);
    block = atomic_load_explicit(&e->first, memory_order_relaxed);
    if (n == 0 || n > (size_t) s->blocks * STORE_BLOCK / 4) {
        return -ENOENT;
    }

    memcpy(key, e->key, STORE_DIGEST);
    memcpy(said, e->digest, STORE_DIGEST);
    copy = malloc(n);
    if (copy == NULL) {
        return -ENOMEM;
    }

    for (left = n, at = copy; left > 0; left -= step, at += step) {
        if (block >= s->blocks) {
            free(copy);
            return -ENOENT;
        }

        step = left < STORE_BLOCK ? left : STORE_BLOCK;
        memcpy(at, s->data + (size_t) block * STORE_BLOCK, step);
        block = atomic_load_explicit(&s->chain[block], memory_order_relaxed);
    }

    if (store_digest(is, key, STORE_DIGEST, copy, n) < 0
        || memcmp(is, said, STORE_DIGEST) != 0) {
        free(copy);
        return -ENOENT;
    }

    *ulaw = copy;
    *samples = n;
    return 0;
}

/* Under the lock. */
static int
store_write(tts_store_t *s, const uint8_t *key, const uint8_t *ulaw,
            uint32_t samples)
{
    uint32_t       room, need = store_blocks_of(samples), block = 0, before;
    store_entry_t *e, *slot;

    e = store_find(s, key);
    if (e != NULL) {
        atomic_store_explicit(&e->samples, 0, memory_order_relaxed);
    }

    for (room = store_mark(s); room < need; room = store_mark(s)) {
        e = store_oldest(s);
        if (e == NULL) {
            return -ENOSPC;
        }
        atomic_store_explicit(&e->samples, 0, memory_order_relaxed);
    }

    for (slot = s->entries; slot < s->entries + STORE_ENTRIES; slot++) {
        if (atomic_load_explicit(&slot->samples, memory_order_relaxed) == 0) {
            break;
        }
    }

    if (slot == s->entries + STORE_ENTRIES) {
        slot = store_oldest(s);
        atomic_store_explicit(&slot->samples, 0, memory_order_relaxed);
    }

    /* Who copies one of these blocks for an entry that was: digest. */
    atomic_thread_fence(memory_order_release);
    before = STORE_NONE;
    for (uint32_t at = 0; at < samples; at += STORE_BLOCK, block++) {
        while (s->taken[block]) {
            block++;
        }

        memcpy(s->data + (size_t) block * STORE_BLOCK, ulaw + at,
               samples - at < STORE_BLOCK ? samples - at : STORE_BLOCK);
        atomic_store_explicit(&s->chain[block], STORE_NONE,
                              memory_order_relaxed);
        atomic_store_explicit(before == STORE_NONE ? &slot->first
                                                   : &s->chain[before],
                              block, memory_order_relaxed);
        before = block;
    }

    memcpy(slot->key, key, STORE_DIGEST);
    if (store_digest(slot->digest, key, STORE_DIGEST, ulaw, samples) < 0) {
        return -EIO;
    }

    atomic_store_explicit(&slot->used_ms, store_now_ms(),
                          memory_order_relaxed);
    /* R1 pairs with A1 in store_copy(). */
    atomic_store_explicit(&slot->samples, samples, memory_order_release);
    return 0;
}

/* Which blocks are taken; returns how many are not. */
static uint32_t
store_mark(tts_store_t *s)
{
    uint32_t room = 0;

    memset(s->taken, 0, s->blocks);

    for (size_t i = 0; i < STORE_ENTRIES; i++) {
        if (store_mark_entry(s, &s->entries[i]) < 0) {
            /* Not written by us, or a fault of the disk. */
            atomic_store_explicit(&s->entries[i].samples, 0,
                                  memory_order_relaxed);
        }
    }

    for (uint32_t i = 0; i < s->blocks; i++) {
        room += !s->taken[i];
    }

    return room;
}

static int
store_mark_entry(tts_store_t *s, store_entry_t *e)
{
    uint32_t left, block;

    left = atomic_load_explicit(&e->samples, memory_order_relaxed);
    block = atomic_load_explicit(&e->first, memory_order_relaxed);

    for (left = store_blocks_of(left); left > 0; left--) {
        if (block >= s->blocks || s->taken[block]) {
            return -EBADMSG;
        }
        s->taken[block] = 1;
        block = atomic_load_explicit(&s->chain[block], memory_order_relaxed);
    }

    return 0;
}

static store_entry_t *
store_oldest(tts_store_t *s)
{
    uint64_t       at, oldest_ms = UINT64_MAX;
    store_entry_t *oldest = NULL, *e;

    for (e = s->entries; e < s->entries + STORE_ENTRIES; e++) {
        at = atomic_load_explicit(&e->used_ms, memory_order_relaxed);
        if (atomic_load_explicit(&e->samples, memory_order_relaxed) > 0
            && at < oldest_ms)
        {
            oldest = e;
            oldest_ms = at;
        }
    }

    return oldest;
}

static store_entry_t *
store_find(const tts_store_t *s, const uint8_t *key)
{
    store_entry_t *e;

    for (e = s->entries; e < s->entries + STORE_ENTRIES; e++) {
        /* A2 pairs with R1: its key is written before. */
        if (atomic_load_explicit(&e->samples, memory_order_acquire) > 0
            && memcmp(e->key, key, STORE_DIGEST) == 0)
        {
            return e;
        }
    }

    return NULL;
}

static int
store_digest(uint8_t *out, const void *a, size_t a_bytes, const void *b,
             size_t b_bytes)
{
    int         rc;
    EVP_MD_CTX *ctx;

    ctx = EVP_MD_CTX_new();
    if (ctx == NULL) {
        return -ENOMEM;
    }

    rc = EVP_DigestInit_ex(ctx, EVP_sha256(), NULL)
         && EVP_DigestUpdate(ctx, a, a_bytes)
         && (b_bytes == 0 || EVP_DigestUpdate(ctx, b, b_bytes))
         && EVP_DigestFinal_ex(ctx, out, NULL);
    EVP_MD_CTX_free(ctx);
    return rc ? 0 : -EIO;
}
