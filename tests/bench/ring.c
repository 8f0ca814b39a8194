/* SPDX-License-Identifier: BSD-2-Clause */

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "desk_doorbell.h"
#include "desk_ring.h"

/*
 * What a frame costs in a ring, in nanoseconds: put, published, read and
 * released by one thread; from one core to another, one process each; and what
 * a doorbell costs that wakes nobody, or somebody.
 */

#define RING_BYTES 16384U
#define FRAME_BYTES 160
#define FRAMES 1000000
#define RINGS 200000

typedef struct {
    desk_ring_shared_t ring;
    uint8_t            data[RING_BYTES];
} shared_t;

static double
now_ns(void)
{
    struct timespec ts;

    (void) clock_gettime(CLOCK_MONOTONIC, &ts);

    return (double) ts.tv_sec * 1e9 + (double) ts.tv_nsec;
}

static void
pin(int core)
{
    cpu_set_t set;

    CPU_ZERO(&set);
    CPU_SET(core % (int) sysconf(_SC_NPROCESSORS_ONLN), &set);
    (void) sched_setaffinity(0, sizeof(set), &set);
}

static void
must(int fact, const char *what)
{
    if (!fact) {
        (void) fprintf(stderr, "ring: %s\n", what);
        exit(1);
    }
}

static void
attach(shared_t *s, desk_ring_kind_e kind, desk_ring_writer_t *w,
       desk_ring_reader_t *r)
{
    desk_ring_reset(&s->ring, RING_BYTES);
    must(desk_ring_writer_attach(w, &s->ring, s->data, RING_BYTES, kind, 1, 0)
                 == 0
             && desk_ring_reader_attach(r, &s->ring, s->data, RING_BYTES,
                                        kind, NULL)
                    == 0,
         "cannot attach");
}

static double
one_thread(shared_t *s, desk_ring_kind_e kind)
{
    int                i;
    double             start;
    uint8_t            frame[FRAME_BYTES] = { 0 }, copy[DESK_RECORD_MAX];
    desk_record_t      record;
    desk_ring_writer_t w;
    desk_ring_reader_t r;

    attach(s, kind, &w, &r);
    start = now_ns();

    for (i = 0; i < FRAMES; i++) {
        must(desk_ring_put(&w, DESK_RECORD_AUDIO, 0, (uint32_t) i, frame,
                           sizeof(frame))
                     == 0
                 && desk_ring_publish(&w) == 0
                 && desk_ring_next(&r, &record, copy) == 1,
             "a frame was lost");
        desk_ring_release(&r);
    }

    return (now_ns() - start) / FRAMES;
}

static double
two_cores(shared_t *s)
{
    int                i, status;
    pid_t              pid;
    double             start;
    uint8_t            frame[FRAME_BYTES] = { 0 };
    desk_record_t      record;
    desk_ring_writer_t w;
    desk_ring_reader_t r;

    attach(s, DESK_RING_WAITS, &w, &r);

    pid = fork();
    must(pid >= 0, "cannot fork");
    if (pid == 0) {
        pin(1);
        for (i = 0; i < FRAMES;) {
            if (desk_ring_put(&w, DESK_RECORD_AUDIO, 0, (uint32_t) i, frame,
                              sizeof(frame))
                == 0)
            {
                i++;
            } else {
                (void) sched_yield();
            }
            (void) desk_ring_publish(&w);
        }
        _exit(0);
    }

    pin(0);
    start = now_ns();

    for (i = 0; i < FRAMES;) {
        if (desk_ring_next(&r, &record, NULL) == 1) {
            must(record.stamp == (uint32_t) i++, "a frame was lost");
        } else {
            (void) sched_yield();
        }
        desk_ring_release(&r);
    }

    start = (now_ns() - start) / FRAMES;
    must(waitpid(pid, &status, 0) == pid && status == 0, "producer failed");

    return start;
}

static void
doorbells(double *awake, double *asleep)
{
    int                    i;
    char                   name[64], error[256] = "";
    double                 start;
    desk_process_t         self;
    desk_segment_t         seg;
    desk_doorbell_t        bell;
    desk_segment_options_t options = { name, 8, 4096, 4096, (uid_t) -1,
                                       (gid_t) -1 };

    (void) snprintf(name, sizeof(name), "/desk-bench-%d", (int) getpid());
    must(desk_segment_attach(&seg, &options, error, sizeof(error)) == 0,
         error);
    (void) desk_segment_unlink(name);
    must(desk_process_enter(&seg, DESK_KIND_AI, &self) == 0
             && desk_doorbell_open(&bell, &seg, &self) == 0,
         "no doorbell");

    start = now_ns();
    for (i = 0; i < RINGS; i++) {
        desk_ready_set(&seg, self.index, 1);
        (void) desk_doorbell_ring(&bell, &seg, self.index);
        (void) desk_ready_take(&seg, self.index, 0);
    }
    *awake = (now_ns() - start) / RINGS;

    start = now_ns();
    for (i = 0; i < RINGS; i++) {
        (void) desk_doorbell_arm(&seg, &self);
        must(desk_doorbell_ring(&bell, &seg, self.index) == 1, "not rung");
        desk_doorbell_disarm(&bell, &self);
    }
    *asleep = (now_ns() - start) / RINGS;

    desk_doorbell_close(&bell);
    desk_segment_detach(&seg);
}

int
main(void)
{
    double    waits, overwrites, cores, awake, asleep;
    shared_t *s;

    s = mmap(NULL, sizeof(*s), PROT_READ | PROT_WRITE,
             MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    must(s != MAP_FAILED, "no memory");

    waits = one_thread(s, DESK_RING_WAITS);
    overwrites = one_thread(s, DESK_RING_OVERWRITES);
    cores = two_cores(s);
    doorbells(&awake, &asleep);

    (void) printf("{\"bench\":\"ring\",\"frame_bytes\":%d,"
                  "\"one_thread_ns\":%.1f,\"one_thread_overwriting_ns\":%.1f,"
                  "\"two_cores_ns\":%.1f,\"doorbell_awake_ns\":%.1f,"
                  "\"doorbell_round_ns\":%.1f}\n",
                  FRAME_BYTES, waits, overwrites, cores, awake, asleep);

    return 0;
}
