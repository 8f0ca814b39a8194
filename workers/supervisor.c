/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/cpu.h"
#include "base/failpoint.h"
#include "base/log.h"
#include "shm/desk_doorbell.h"
#include "shm/desk_process.h"
#include "shm/desk_slot.h"
#include "supervisor.h"
#include "worker.h"

/* As many as `workers` may say: nginx's and their heirs need rows, too. */
#define WORKERS_MAX (DESK_PROCESS_COUNT / 2)
#define LOOK_MS 50
/* Three heartbeats late: from here on it is looked at closely. */
#define SILENT_MS (3 * DESK_HEARTBEAT_MS)
/* Who looks so late was not let run, and can say nothing about others. */
#define LATE_MS (LOOK_MS + 200)
/* Without a heartbeat, a worker that is let run for so long hangs; */
#define STARVED_CPU_MS 100
/* and however little it is let run, its callers do not wait longer. */
#define STARVED_MAX_MS 2500
/* A worker that starts may load its models before it beats steadily. */
#define STARTING_MAX_MS 15000
/* Workers that die at once are started slower and slower. */
#define RESPAWN_FIRST_MS 50
#define RESPAWN_MAX_MS 5000
#define LIVED_LONG_MS 10000
#define ENTER_MS 250
#define STOP_MAX_MS 8000

/* What a silent worker had waited for a core when its silence was noticed. */
typedef struct {
    uint64_t beat_ms; /* the heartbeat it is silent since */
    uint64_t waited_ms;
} silence_t;

typedef struct {
    log_t              log;
    const desk_conf_t *conf;
    desk_segment_t    *seg;
    desk_process_t     self;
    desk_doorbell_t    bell;
    unsigned           wanted;
    unsigned           respawn_ms;
    uint64_t           looked_ms; /* the last time */
    uint64_t           judge_ms;  /* no worker is said to hang before */
    uint64_t           spawn_after_ms; /* not before */
    uint64_t           spawned_ms;
    uint64_t           stop_ms; /* when told to end; 0: was not */
    int                stop_signal;
    silence_t          silences[DESK_PROCESS_COUNT];
    pid_t              children[DESK_PROCESS_COUNT]; /* not reaped yet */
    unsigned           child_count;
} supervisor_t;

static void supervisor_look(supervisor_t *s);
static unsigned supervisor_check(supervisor_t *s, uint64_t now);
static int supervisor_is_lost(supervisor_t *s, uint32_t index, uint64_t now);
static uint64_t process_waited_ms(pid_t pid);
static void supervisor_bury(supervisor_t *s, uint32_t index,
                            const char *reason);
static void supervisor_forget(supervisor_t *s, uint32_t index,
                              uint32_t left);
static void supervisor_give_away_left(supervisor_t *s);
static void supervisor_spawn(supervisor_t *s, uint64_t now);
static void supervisor_reap(supervisor_t *s);
static void supervisor_signal_all(supervisor_t *s, int number);
static int supervisor_has_entered(const supervisor_t *s, pid_t pid);
static unsigned supervisor_unborn(const supervisor_t *s);
static unsigned supervisor_count(const supervisor_t *s);

int
supervisor_run(const desk_conf_t *conf, desk_segment_t *seg)
{
    int             rc, number;
    sigset_t        signals;
    supervisor_t    s;
    struct timespec pause = { 0, LOOK_MS * 1000000L };

    memset(&s, 0, sizeof(s));
    strcpy(s.log.prefix, "supervisor: ");
    s.conf = conf;
    s.seg = seg;
    s.respawn_ms = RESPAWN_FIRST_MS;
    s.wanted = conf->workers > 0 ? (unsigned) conf->workers
                                 : (unsigned) sysconf(_SC_NPROCESSORS_ONLN);
    if (s.wanted > WORKERS_MAX) {
        s.wanted = WORKERS_MAX;
    }

    rc = desk_process_enter(seg, DESK_KIND_SUPERVISOR, &s.self);
    if (rc == 0) {
        rc = desk_doorbell_open(&s.bell, seg, &s.self);
    }

    if (rc < 0) {
        log_error(&s, "cannot start: %s", strerror(-rc));
        return EXIT_FAILURE;
    }

    (void) desk_process_set_life(&s.self, DESK_LIFE_UP);

    /* Signals are waited for, not handled: nothing runs in between. */
    (void) sigemptyset(&signals);
    (void) sigaddset(&signals, SIGTERM);
    (void) sigaddset(&signals, SIGINT);
    (void) sigaddset(&signals, SIGQUIT);
    (void) sigaddset(&signals, SIGCHLD);
    (void) sigprocmask(SIG_BLOCK, &signals, NULL);

    log_info(&s, "keeps %u workers", s.wanted);

    for (;;) {
        supervisor_look(&s);

        if (s.stop_ms != 0
            && (supervisor_count(&s) == 0
                || (s.stop_signal == SIGTERM
                    && desk_now_ms() > s.stop_ms + STOP_MAX_MS)))
        {
            break;
        }

        number = sigtimedwait(&signals, NULL, &pause);

        if (number == SIGTERM || number == SIGINT || number == SIGQUIT) {
            s.stop_signal = number == SIGQUIT ? SIGQUIT : SIGTERM;
            s.stop_ms = desk_now_ms();
            log_info(&s, "told to end");
            supervisor_signal_all(&s, s.stop_signal);
        }
    }

    supervisor_signal_all(&s, SIGKILL);
    supervisor_reap(&s);
    desk_doorbell_close(&s.bell);
    desk_process_leave(seg, &s.self);

    return EXIT_SUCCESS;
}

static void
supervisor_look(supervisor_t *s)
{
    unsigned alive;
    uint64_t now = desk_now_ms();

    supervisor_reap(s);
    (void) desk_process_beat(&s->self);

    /* A machine that made us late made them late: let them beat first. */
    if (s->looked_ms != 0 && now > s->looked_ms + LATE_MS) {
        s->judge_ms = now + DESK_HEARTBEAT_LOST_MS;
    }

    s->looked_ms = now;
    alive = supervisor_check(s, now);
    supervisor_give_away_left(s);

    if (s->stop_ms == 0 && now >= s->spawn_after_ms) {
        alive += supervisor_unborn(s);

        for (; alive < s->wanted; alive++) {
            supervisor_spawn(s, now);
        }
    }
}

/* Returns how many workers are alive; buries who is not, of any kind. */
static unsigned
supervisor_check(supervisor_t *s, uint64_t now)
{
    uint32_t    i;
    unsigned    alive = 0;
    desk_life_e life;

    for (i = 0; i < DESK_PROCESS_COUNT; i++) {
        life = desk_process_life(s->seg, i);

        if (life == DESK_LIFE_FREE || life == DESK_LIFE_DEAD
            || i == s->self.index)
        {
            continue;
        }

        if (!desk_process_exists(s->seg, i)) {
            supervisor_bury(s, i, "died");
        } else if (desk_process_kind(s->seg, i) == DESK_KIND_AI) {
            if (supervisor_is_lost(s, i, now)) {
                supervisor_bury(s, i, "hangs");
            } else if (life != DESK_LIFE_DRAINING) {
                alive++;
            }
        }
    }

    return alive;
}

/*
 * Silent for too long, and not because it was kept waiting for a core: a
 * machine with too much to do makes everybody late, and killing workers that
 * want to run would only give it more.
 */
static int
supervisor_is_lost(supervisor_t *s, uint32_t index, uint64_t now)
{
    uint64_t   beat, limit, waited;
    silence_t *silence = &s->silences[index];

    if (now < s->judge_ms) {
        return 0;
    }

    beat = atomic_load_explicit(&s->seg->processes[index].heartbeat_ms,
                                memory_order_relaxed);
    limit = desk_process_life(s->seg, index) == DESK_LIFE_STARTING
                ? STARTING_MAX_MS
                : DESK_HEARTBEAT_LOST_MS;

    if (now < beat + SILENT_MS) {
        return 0;
    }

    waited = process_waited_ms(atomic_load_explicit(
        &s->seg->processes[index].pid, memory_order_relaxed));

    if (silence->beat_ms != beat) {
        silence->beat_ms = beat;
        silence->waited_ms = waited;
    }

    return now > beat + limit + (waited - silence->waited_ms);
}

/*
 * How long the process's first thread, which runs its loop, was ready to run
 * and did not: the second number of /proc/PID/schedstat, in ns. 0 where the
 * kernel does not count it.
 */
static uint64_t
process_waited_ms(pid_t pid)
{
    int                fd;
    char               path[40], text[64];
    ssize_t            n;
    unsigned long long ran, waited;

    (void) snprintf(path, sizeof(path), "/proc/%d/schedstat", (int) pid);

    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return 0;
    }

    n = read(fd, text, sizeof(text) - 1);
    (void) close(fd);

    if (n <= 0) {
        return 0;
    }

    text[n] = '\0';

    return sscanf(text, "%llu %llu", &ran, &waited) == 2 ? waited / 1000000
                                                         : 0;
}

/*
 * First it is declared dead, which fences it; then killed, in case that it
 * only slept; then what it held is given to others.
 */
static void
supervisor_bury(supervisor_t *s, uint32_t index, const char *reason)
{
    pid_t       pid;
    uint32_t    left, moved;
    uint64_t    generation = desk_process_generation(s->seg, index);
    desk_kind_e kind = desk_process_kind(s->seg, index);

    pid = atomic_load_explicit(&s->seg->processes[index].pid,
                               memory_order_relaxed);

    if (!desk_process_bury(s->seg, index, generation)) {
        return;
    }

    if (kind == DESK_KIND_AI && !FAILPOINT_IS("supervisor.spare", pid)) {
        (void) desk_process_kill(s->seg, index);
    }

    moved = desk_slot_give_away(s->seg, index, &s->bell, &left);

    log_write(kind == DESK_KIND_AI || moved > 0 ? LOG_ERROR : LOG_INFO,
              &s->log, "%s %d %s: %u calls moved, %u wait for a worker",
              kind == DESK_KIND_AI ? "worker" : "process", (int) pid, reason,
              moved, left);

    supervisor_forget(s, index, left);
}

/*
 * Its entry is for others when it holds no call and is gone: one that cannot
 * die yet (it is frozen, say) would take what is meant for its successor.
 */
static void
supervisor_forget(supervisor_t *s, uint32_t index, uint32_t left)
{
    if (left == 0 && !desk_process_exists(s->seg, index)) {
        desk_process_free(s->seg, index);
    }
}

/* Calls of the dead that nobody could take yet. */
static void
supervisor_give_away_left(supervisor_t *s)
{
    uint32_t i, left;

    for (i = 0; i < DESK_PROCESS_COUNT; i++) {
        if (desk_process_life(s->seg, i) != DESK_LIFE_DEAD) {
            continue;
        }

        (void) desk_slot_give_away(s->seg, i, &s->bell, &left);
        supervisor_forget(s, i, left);
    }
}

static void
supervisor_spawn(supervisor_t *s, uint64_t now)
{
    pid_t    pid;
    sigset_t none;

    /* Time to enter the table, where it is counted. */
    s->spawned_ms = now;
    s->spawn_after_ms = now + ENTER_MS;

    if (s->child_count == DESK_PROCESS_COUNT) {
        return; /* so many are dying that there is no place for more */
    }

    pid = fork();

    if (pid < 0) {
        log_error(s, "cannot fork: %s", strerror(errno));
        return;
    }

    if (pid > 0) {
        s->children[s->child_count++] = pid;
        return;
    }

    desk_doorbell_close(&s->bell);
    (void) sigemptyset(&none);
    (void) sigprocmask(SIG_SETMASK, &none, NULL);
    _exit(worker_run(s->conf, s->seg));
}

static void
supervisor_reap(supervisor_t *s)
{
    int      status;
    pid_t    pid;
    unsigned i;
    uint64_t now = desk_now_ms();

    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        for (i = 0; i < s->child_count; i++) {
            if (s->children[i] == pid) {
                s->children[i] = s->children[--s->child_count];
                break;
            }
        }

        /* One that did not live long makes the next one wait longer. */
        s->respawn_ms *= 2;
        if (now - s->spawned_ms > LIVED_LONG_MS) {
            s->respawn_ms = RESPAWN_FIRST_MS;
        } else if (s->respawn_ms > RESPAWN_MAX_MS) {
            s->respawn_ms = RESPAWN_MAX_MS;
        }

        s->spawn_after_ms = now + s->respawn_ms;

        if (WIFSIGNALED(status)) {
            log_error(s, "worker %d exited on signal %d", (int) pid,
                      WTERMSIG(status));
        }
    }
}

static void
supervisor_signal_all(supervisor_t *s, int number)
{
    pid_t    pid;
    uint32_t i;

    for (i = 0; i < DESK_PROCESS_COUNT; i++) {
        if (desk_process_life(s->seg, i) == DESK_LIFE_FREE
            || desk_process_kind(s->seg, i) != DESK_KIND_AI
            || !desk_process_exists(s->seg, i))
        {
            continue;
        }

        pid = atomic_load_explicit(&s->seg->processes[i].pid,
                                   memory_order_relaxed);
        (void) kill(pid, number);
    }

    /* Started just now, and not in the table yet. */
    for (i = 0; i < s->child_count; i++) {
        if (!supervisor_has_entered(s, s->children[i])) {
            (void) kill(s->children[i], number);
        }
    }
}

static int
supervisor_has_entered(const supervisor_t *s, pid_t pid)
{
    uint32_t i;

    for (i = 0; i < DESK_PROCESS_COUNT; i++) {
        if (desk_process_life(s->seg, i) != DESK_LIFE_FREE
            && atomic_load_explicit(&s->seg->processes[i].pid,
                                    memory_order_relaxed)
                   == pid)
        {
            return 1;
        }
    }

    return 0;
}

/* Children that are not in the table yet: they are on their way. */
static unsigned
supervisor_unborn(const supervisor_t *s)
{
    unsigned i, count = 0;

    for (i = 0; i < s->child_count; i++) {
        count += !supervisor_has_entered(s, s->children[i]);
    }

    return count;
}

static unsigned
supervisor_count(const supervisor_t *s)
{
    uint32_t i;
    unsigned count = supervisor_unborn(s);

    for (i = 0; i < DESK_PROCESS_COUNT; i++) {
        if (desk_process_kind(s->seg, i) == DESK_KIND_AI
            && desk_process_life(s->seg, i) != DESK_LIFE_FREE
            && desk_process_exists(s->seg, i))
        {
            count++;
        }
    }

    return count;
}
