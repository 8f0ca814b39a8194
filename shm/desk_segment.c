/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "desk_segment.h"

#define BOOT_ID_PATH "/proc/sys/kernel/random/boot_id"
#define PAGE_BYTES   4096U

static int      segment_open(desk_segment_t               *seg,
                             const desk_segment_options_t *options, char *error,
                             size_t error_bytes);
static int      segment_find(int *fd, const desk_segment_options_t *options);
static int      segment_is_trusted(const struct stat            *st,
                                   const desk_segment_options_t *options);
static int      segment_create(desk_segment_t               *seg,
                               const desk_segment_options_t *options,
                               desk_header_t *plan, char *error,
                               size_t error_bytes);
static int      segment_check(desk_segment_t *seg, desk_header_t *plan,
                              char *error, size_t error_bytes);
static int      segment_map(desk_segment_t *seg, size_t bytes);
static void     segment_point(desk_segment_t *seg, const desk_header_t *plan);
static void     segment_plan(desk_header_t                *h,
                             const desk_segment_options_t *options);
static int      sizes_are_valid(const desk_segment_options_t *options);
static int      segment_is_stale(int fd);
static uint64_t segment_checksum(const desk_header_t *h);
static uint64_t round_up(uint64_t n, uint64_t to);
static void     boot_id_read(uint8_t id[16]);
static void     explain(char *error, size_t error_bytes,
                        const char *format, ...)
    __attribute__((format(printf, 3, 4)));

uint64_t
desk_now_ms(void)
{
    struct timespec ts;

    (void) clock_gettime(CLOCK_MONOTONIC, &ts);

    return (uint64_t) ts.tv_sec * 1000 + (uint64_t) ts.tv_nsec / 1000000;
}

int
desk_segment_attach(desk_segment_t               *seg,
                    const desk_segment_options_t *options, char *error,
                    size_t error_bytes)
{
    int rc, guard;

    memset(seg, 0, sizeof(*seg));
    seg->fd = -1;

    if (strlen(options->name) >= sizeof(seg->name) || options->name[0] != '/'
        || strchr(options->name + 1, '/') != NULL)
    {
        explain(error, error_bytes, "segment name \"%s\" is not of the form "
                                    "\"/name\"",
                options->name);
        return -EINVAL;
    }

    if (!sizes_are_valid(options)) {
        explain(error, error_bytes, "segment: slots or ring sizes are out of "
                                    "bounds");
        return -EINVAL;
    }

    strcpy(seg->name, options->name);

    /*
     * Who comes first creates; the lock on the object itself makes the others
     * wait until it is whole. Round again: what was found may be stale, and
     * its name taken away between open and lock.
     */
    rc = -EAGAIN;
    explain(error, error_bytes, "segment %s: goes and comes all the time",
            options->name);

    for (guard = 0; guard < 100 && rc == -EAGAIN; guard++) {
        rc = segment_open(seg, options, error, error_bytes);
    }

    if (rc < 0) {
        desk_segment_detach(seg);
    }

    return rc;
}

int
desk_segment_check(const char *name, char *error, size_t error_bytes)
{
    int           fd;
    ssize_t       n;
    desk_header_t h;

    fd = shm_open(name, O_RDONLY | O_CLOEXEC, 0);
    if (fd < 0) {
        return 0; /* it is to be made, or attaching says what is wrong */
    }

    n = pread(fd, &h, sizeof(h), 0);
    (void) close(fd);

    if (n != (ssize_t) sizeof(h) || h.magic != DESK_MAGIC
        || h.layout_version == DESK_LAYOUT_VERSION)
    {
        return 0;
    }

    explain(error, error_bytes,
            "segment %s has layout %u, this program layout %u: stop what "
            "uses it, or choose another segment_name",
            name, h.layout_version, DESK_LAYOUT_VERSION);

    return -EPROTO;
}

void
desk_segment_detach(desk_segment_t *seg)
{
    if (seg->header != NULL) {
        (void) munmap(seg->header, seg->total_bytes);
    }

    if (seg->fd >= 0) {
        (void) close(seg->fd);
    }

    memset(seg, 0, sizeof(*seg));
    seg->fd = -1;
}

int
desk_segment_unlink(const char *name)
{
    return shm_unlink(name) < 0 ? -errno : 0;
}

static int
segment_open(desk_segment_t *seg, const desk_segment_options_t *options,
             char *error, size_t error_bytes)
{
    int           rc;
    struct stat   st;
    desk_header_t plan;

    desk_segment_detach(seg);
    strcpy(seg->name, options->name);

    rc = segment_find(&seg->fd, options);
    if (rc == -EAGAIN) {
        return rc;
    }

    if (rc < 0) {
        explain(error, error_bytes, "segment %s: cannot open: %s",
                options->name, strerror(-rc));
        return rc;
    }

    do {
        rc = flock(seg->fd, LOCK_EX) < 0 ? -errno : 0;
    } while (rc == -EINTR);

    if (rc < 0 || fstat(seg->fd, &st) < 0) {
        rc = rc < 0 ? rc : -errno;
        explain(error, error_bytes, "segment %s: %s", options->name,
                strerror(-rc));
        return rc;
    }

    seg->inode = (uint64_t) st.st_ino;

    if (st.st_nlink == 0) {
        return -EAGAIN;
    }

    if (!segment_is_trusted(&st, options)) {
        explain(error, error_bytes,
                "segment %s belongs to user %u with mode %o: not ours",
                options->name, (unsigned) st.st_uid,
                (unsigned) st.st_mode & 07777);
        return -EPERM;
    }

    if (st.st_size > 0 && segment_is_stale(seg->fd)) {
        (void) shm_unlink(options->name);
        return -EAGAIN;
    }

    if (st.st_size == 0) {
        rc = segment_create(seg, options, &plan, error, error_bytes);
        if (rc < 0) {
            (void) shm_unlink(options->name);
            return rc;
        }

    } else {
        if ((size_t) st.st_size < sizeof(desk_header_t)) {
            explain(error, error_bytes, "segment %s: only %lld bytes",
                    options->name, (long long) st.st_size);
            return -EPROTO;
        }

        rc = segment_map(seg, (size_t) st.st_size);
        if (rc < 0) {
            explain(error, error_bytes, "segment %s: cannot map: %s",
                    options->name, strerror(-rc));
            return rc;
        }

        rc = segment_check(seg, &plan, error, error_bytes);
        if (rc < 0) {
            return rc;
        }
    }

    (void) flock(seg->fd, LOCK_UN);
    segment_point(seg, &plan);

    return 0;
}

/*
 * Not O_CREAT alone: with fs.protected_regular the kernel refuses that, even
 * to root, for what another user has made in /dev/shm. (shm_open(3) itself
 * follows no symbolic link.)
 */
static int
segment_find(int *fd, const desk_segment_options_t *options)
{
    *fd = shm_open(options->name, O_RDWR | O_CLOEXEC, 0);
    if (*fd < 0 && errno == ENOENT) {
        *fd = shm_open(options->name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC,
                       0600);
        if (*fd < 0 && errno == EEXIST) {
            return -EAGAIN;
        }
    }

    return *fd < 0 ? -errno : 0;
}

/* /dev/shm is open to all: somebody may have been there before us. */
static int
segment_is_trusted(const struct stat            *st,
                   const desk_segment_options_t *options)
{
    if (!S_ISREG(st->st_mode) || (st->st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        return 0;
    }

    return st->st_uid == 0 || st->st_uid == geteuid()
           || (options->uid != (uid_t) -1 && st->st_uid == options->uid);
}

/*
 * Everything but the ring bytes is allocated now: a full tmpfs is an error
 * here and not SIGBUS later. A slot's rings follow when it is first claimed.
 */
static int
segment_create(desk_segment_t *seg, const desk_segment_options_t *options,
               desk_header_t *plan, char *error, size_t error_bytes)
{
    int rc;

    segment_plan(plan, options);

    if (options->uid != (uid_t) -1
        && fchown(seg->fd, options->uid, options->gid) < 0)
    {
        rc = -errno;
        explain(error, error_bytes, "segment %s: chown: %s", options->name,
                strerror(errno));
        return rc;
    }

    if (ftruncate(seg->fd, (off_t) plan->total_bytes) < 0) {
        rc = -errno;
        explain(error, error_bytes, "segment %s: %s", options->name,
                strerror(errno));
        return rc;
    }

    do {
        rc = -posix_fallocate(seg->fd, 0, (off_t) plan->rings_offset);
    } while (rc == -EINTR);

    if (rc == 0) {
        rc = segment_map(seg, plan->total_bytes);
    }

    if (rc < 0) {
        explain(error, error_bytes, "segment %s: no room for %llu bytes: %s",
                options->name, (unsigned long long) plan->rings_offset,
                strerror(-rc));
        return rc;
    }

    /*
     * The magic last: one that dies here leaves a segment without, and that
     * is made anew. Nobody looks before we give up the lock; to the compiler
     * H1 says that all else comes first.
     */
    memcpy(&seg->header->magic + 1, &plan->magic + 1,
           offsetof(desk_header_t, ready) - sizeof(plan->magic));
    atomic_store_explicit(&seg->header->ready, 1, memory_order_relaxed);

    atomic_thread_fence(memory_order_release); /* H1 */
    seg->header->magic = plan->magic;

    return 0;
}

/* Leaves in `plan` what the header must say, and so does. */
static int
segment_check(desk_segment_t *seg, desk_header_t *plan, char *error,
              size_t error_bytes)
{
    desk_segment_options_t found;
    const desk_header_t   *h = seg->header;

    if (h->magic != DESK_MAGIC) {
        explain(error, error_bytes, "segment %s is not a FrontDesk segment",
                seg->name);
        return -EPROTO;
    }

    if (h->layout_version != DESK_LAYOUT_VERSION) {
        explain(error, error_bytes,
                "segment %s has layout %u, this program layout %u: stop "
                "what uses it, or choose another segment_name",
                seg->name, h->layout_version, DESK_LAYOUT_VERSION);
        return -EPROTO;
    }

    if (atomic_load_explicit(&h->ready, memory_order_relaxed) != 1
        || h->checksum != segment_checksum(h))
    {
        explain(error, error_bytes, "segment %s: header is damaged",
                seg->name);
        return -EPROTO;
    }

    found.slot_count = h->slot_count;
    found.up_bytes = h->up_bytes;
    found.down_bytes = h->down_bytes;

    if (!sizes_are_valid(&found)) {
        explain(error, error_bytes, "segment %s: %u slots of %u + %u bytes",
                seg->name, found.slot_count, found.up_bytes,
                found.down_bytes);
        return -EPROTO;
    }

    segment_plan(plan, &found);

    if (memcmp(h, plan, offsetof(desk_header_t, boot_id)) != 0
        || plan->total_bytes != seg->total_bytes)
    {
        explain(error, error_bytes, "segment %s: sizes do not agree",
                seg->name);
        return -EPROTO;
    }

    return 0;
}

static int
segment_map(desk_segment_t *seg, size_t bytes)
{
    void *p;

    p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, seg->fd, 0);
    if (p == MAP_FAILED) {
        return -errno;
    }

    seg->header = p;
    seg->total_bytes = bytes;

    return 0;
}

static void
segment_point(desk_segment_t *seg, const desk_header_t *h)
{
    uint8_t *start = (uint8_t *) seg->header;

    seg->processes = (desk_process_shared_t *) (start + h->processes_offset);
    seg->ready = (_Atomic uint64_t *) (start + h->ready_offset);
    seg->states = (_Atomic uint64_t *) (start + h->states_offset);
    seg->slots = (desk_slot_shared_t *) (start + h->slots_offset);
    seg->rpc = (desk_rpc_shared_t *) (start + h->rpc_offset);
    seg->breakers = (desk_breakers_shared_t *) (start + h->breakers_offset);
    seg->rings = start + h->rings_offset;

    seg->slot_count = h->slot_count;
    seg->up_bytes = h->up_bytes;
    seg->down_bytes = h->down_bytes;
    seg->ready_words = (h->slot_count + DESK_RPC_COUNT + 63) / 64;
}

/* All offsets follow from three numbers, so they can be checked. */
static void
segment_plan(desk_header_t *h, const desk_segment_options_t *options)
{
    uint64_t at, words;

    memset(h, 0, sizeof(*h));
    h->magic = DESK_MAGIC;
    h->layout_version = DESK_LAYOUT_VERSION;
    h->header_bytes = sizeof(desk_header_t);
    h->slot_count = options->slot_count;
    h->process_count = DESK_PROCESS_COUNT;
    h->rpc_count = DESK_RPC_COUNT;
    h->up_bytes = options->up_bytes;
    h->down_bytes = options->down_bytes;

    words = (options->slot_count + DESK_RPC_COUNT + 63) / 64;

    at = round_up(sizeof(desk_header_t), DESK_LINE);
    h->processes_offset = at;
    at += DESK_PROCESS_COUNT * sizeof(desk_process_shared_t);
    h->ready_offset = at;
    at += round_up(DESK_PROCESS_COUNT * words * sizeof(uint64_t), DESK_LINE);
    h->states_offset = at;
    at += round_up(options->slot_count * sizeof(uint64_t), DESK_LINE);
    h->slots_offset = at;
    at += options->slot_count * sizeof(desk_slot_shared_t);
    h->rpc_offset = at;
    at += DESK_RPC_COUNT * sizeof(desk_rpc_shared_t);
    h->breakers_offset = at;
    at += sizeof(desk_breakers_shared_t);
    at = round_up(at, PAGE_BYTES);
    h->rings_offset = at;
    at += options->slot_count
          * ((uint64_t) options->up_bytes + options->down_bytes);
    h->total_bytes = at;

    boot_id_read(h->boot_id);
    h->checksum = segment_checksum(h);
}

static int
sizes_are_valid(const desk_segment_options_t *options)
{
    return options->slot_count > 0 && options->slot_count <= DESK_SLOTS_MAX
           && options->up_bytes > 0 && options->up_bytes % PAGE_BYTES == 0
           && options->up_bytes <= DESK_RING_BYTES_MAX
           && options->down_bytes > 0 && options->down_bytes % PAGE_BYTES == 0
           && options->down_bytes <= DESK_RING_BYTES_MAX;
}

/*
 * Left by an earlier boot (on tmpfs it cannot be, on other mounts it can), or
 * by a creator that died: whoever holds the lock sees only whole ones. A
 * header with an error in it is neither: it may well be in use.
 */
static int
segment_is_stale(int fd)
{
    uint8_t       now[16];
    desk_header_t h;

    if (pread(fd, &h, sizeof(h), 0) != (ssize_t) sizeof(h)) {
        return 0;
    }

    if (h.magic == 0) {
        return 1;
    }

    boot_id_read(now);

    if (memcmp(now, (uint8_t[16]){ 0 }, sizeof(now)) == 0) {
        return 0; /* there is no /proc here: we cannot tell */
    }

    return h.magic == DESK_MAGIC && h.layout_version == DESK_LAYOUT_VERSION
           && h.checksum == segment_checksum(&h)
           && memcmp(h.boot_id, now, sizeof(now)) != 0;
}

static uint64_t
segment_checksum(const desk_header_t *h)
{
    size_t         i;
    uint64_t       sum = 0xcbf29ce484222325ULL;
    const uint8_t *p = (const uint8_t *) h;

    for (i = 0; i < offsetof(desk_header_t, checksum); i++) {
        sum = (sum ^ p[i]) * 0x100000001b3ULL;
    }

    return sum;
}

static uint64_t
round_up(uint64_t n, uint64_t to)
{
    return (n + to - 1) / to * to;
}

static void
boot_id_read(uint8_t id[16])
{
    int     fd;
    char    text[37];
    ssize_t n;

    memset(id, 0, 16);

    fd = open(BOOT_ID_PATH, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return;
    }

    n = read(fd, text, 36);
    (void) close(fd);

    /* Any 16 bytes of it that differ from boot to boot will do. */
    if (n == 36) {
        memcpy(id, text, 8);
        memcpy(id + 8, text + 24, 8);
    }
}

static void
explain(char *error, size_t error_bytes, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    (void) vsnprintf(error, error_bytes, format, args);
    va_end(args);
}
