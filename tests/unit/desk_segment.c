/* SPDX-License-Identifier: BSD-2-Clause */

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "desk_fixture.h"
#include "desk_slot.h"

#define STRANGER 65534

static char error[256];

static int
attach(desk_segment_t *seg, const desk_segment_options_t *options)
{
    (void) strcpy(error, "?");

    return desk_segment_attach(seg, options, error, sizeof(error));
}

static void
expect_refusal(const desk_segment_options_t *options, int rc,
               const char *sentence)
{
    desk_segment_t seg;

    assert_int_equal(attach(&seg, options), rc);
    if (strstr(error, sentence) == NULL) {
        fail_msg("\"%s\" is not in \"%s\"", sentence, error);
    }

    assert_null(seg.header);
    assert_int_equal(seg.fd, -1);
}

/* What a damaged or older program would have left there. */
static void
scribble(const char *name, off_t at, const void *bytes, size_t length)
{
    int fd = shm_open(name, O_RDWR, 0);

    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, bytes, length, at), (ssize_t) length);
    (void) close(fd);
}

static ino_t
inode_of(const char *name)
{
    int         fd = shm_open(name, O_RDONLY, 0);
    struct stat st;

    assert_true(fd >= 0);
    assert_int_equal(fstat(fd, &st), 0);
    (void) close(fd);

    return st.st_ino;
}

static void
the_second_finds_what_the_first_made(void **state)
{
    desk_segment_t         a, b;
    desk_segment_options_t options = fixture_options("segment"), other;

    (void) state;
    assert_int_equal(attach(&a, &options), 0);

    /* Sizes are the creator's. */
    other = options;
    other.slot_count = 999;
    other.up_bytes = 65536;
    assert_int_equal(attach(&b, &other), 0);

    assert_ptr_not_equal(a.header, b.header);
    assert_int_equal(a.inode, b.inode);
    assert_int_equal(b.slot_count, options.slot_count);
    assert_int_equal(b.up_bytes, options.up_bytes);
    assert_int_equal(b.down_bytes, options.down_bytes);

    /* Each part lies in its place and none over another. */
    memset(a.processes, 1, DESK_PROCESS_COUNT * sizeof(*a.processes));
    memset((void *) (uintptr_t) a.ready, 2,
           DESK_PROCESS_COUNT * a.ready_words * sizeof(uint64_t));
    memset((void *) (uintptr_t) a.states, 3,
           a.slot_count * sizeof(uint64_t));
    memset(a.slots, 4, a.slot_count * sizeof(*a.slots));
    memset(a.rpc, 5, DESK_RPC_COUNT * sizeof(*a.rpc));
    memset(a.rings, 6,
           (size_t) a.slot_count * (a.up_bytes + a.down_bytes));
    assert_int_equal(b.processes[DESK_PROCESS_COUNT - 1].pid, 0x01010101);
    assert_int_equal(b.ready[0], 0x0202020202020202);
    assert_int_equal(b.states[b.slot_count - 1], 0x0303030303030303);
    assert_int_equal(b.slots[b.slot_count - 1].deaths, 0x04040404);
    assert_int_equal(b.rpc[DESK_RPC_COUNT - 1].kind, 0x05050505);
    assert_int_equal(b.rings[0], 6);
    assert_ptr_equal(b.rings + b.slot_count * (b.up_bytes + b.down_bytes),
                     (uint8_t *) b.header + b.total_bytes);

    desk_segment_detach(&a);
    desk_segment_detach(&b);
    desk_segment_detach(&b);
    assert_int_equal(desk_segment_unlink(options.name), 0);
    assert_int_equal(desk_segment_unlink(options.name), -ENOENT);
}

static void
those_who_come_at_once_make_one(void **state)
{
    int                    i, round;
    pid_t                  pids[8];
    desk_segment_t         seg;
    desk_segment_options_t options = fixture_options("segment");

    (void) state;

    for (round = 0; round < 20; round++) {
        for (i = 0; i < 8; i++) {
            pids[i] = fixture_fork();
            if (pids[i] == 0) {
                CHILD_ASSERT(attach(&seg, &options) == 0);
                (void) atomic_fetch_add(&seg.header->draining, 1);
                _exit(0);
            }
        }

        for (i = 0; i < 8; i++) {
            fixture_expect_exit(pids[i], 0);
        }

        assert_int_equal(attach(&seg, &options), 0);
        assert_int_equal(atomic_load(&seg.header->draining), 8);
        desk_segment_detach(&seg);
        assert_int_equal(desk_segment_unlink(options.name), 0);
    }
}

static void
names_and_sizes_out_of_bounds_are_refused(void **state)
{
    desk_segment_options_t good = fixture_options("segment"), o;

    (void) state;

    o = good;
    o.name = "desk";
    expect_refusal(&o, -EINVAL, "name");
    o.name = "/desk/test";
    expect_refusal(&o, -EINVAL, "name");
    o.name = "";
    expect_refusal(&o, -EINVAL, "name");
    o.name = "/a-name-that-is-longer-than-what-the-handle-has-room-for-0123456";
    expect_refusal(&o, -EINVAL, "name");

    o = good;
    o.slot_count = 0;
    expect_refusal(&o, -EINVAL, "bounds");
    o.slot_count = DESK_SLOTS_MAX + 1;
    expect_refusal(&o, -EINVAL, "bounds");

    o = good;
    o.up_bytes = 0;
    expect_refusal(&o, -EINVAL, "bounds");
    o.up_bytes = 4095;
    expect_refusal(&o, -EINVAL, "bounds");
    o.up_bytes = UINT32_MAX - 4095;
    expect_refusal(&o, -EINVAL, "bounds");

    o = good;
    o.down_bytes = DESK_RING_BYTES_MAX + 4096;
    expect_refusal(&o, -EINVAL, "bounds");
}

static void
another_layout_is_refused_and_named(void **state)
{
    char                   sentence[64], why[256];
    uint32_t               version = DESK_LAYOUT_VERSION + 41;
    desk_segment_t         seg;
    desk_segment_options_t options = fixture_options("segment");

    (void) state;
    assert_int_equal(desk_segment_check(options.name, why, sizeof(why)), 0);
    assert_int_equal(attach(&seg, &options), 0);
    assert_int_equal(desk_segment_check(options.name, why, sizeof(why)), 0);
    scribble(options.name, offsetof(desk_header_t, layout_version), &version,
             sizeof(version));
    assert_int_equal(desk_segment_check(options.name, why, sizeof(why)),
                     -EPROTO);
    assert_non_null(strstr(why, options.name));
    (void) snprintf(sentence, sizeof(sentence), "layout %u, this program "
                                                "layout %u",
                    version,
                    DESK_LAYOUT_VERSION);
    expect_refusal(&options, -EPROTO, sentence);
    expect_refusal(&options, -EPROTO, "segment_name");

    /* Who has it already goes on. */
    assert_int_equal(inode_of(options.name), seg.inode);
    desk_segment_detach(&seg);
    assert_int_equal(desk_segment_unlink(options.name), 0);
}

/* One wrong bit in any byte: never mapped, and never thrown away either. */
static void
a_damaged_header_is_refused(void **state)
{
    size_t                 i;
    uint8_t                byte, wrong;
    desk_segment_t         seg;
    desk_segment_options_t options = fixture_options("segment");

    (void) state;
    assert_int_equal(attach(&seg, &options), 0);

    for (i = 0; i < offsetof(desk_header_t, ready) + 1; i++) {
        if (i >= offsetof(desk_header_t, checksum) + sizeof(uint64_t)
            && i < offsetof(desk_header_t, ready))
        {
            continue; /* nothing is there */
        }

        byte = ((uint8_t *) seg.header)[i];
        wrong = (uint8_t) (byte ^ 1 << i % 8);
        scribble(options.name, (off_t) i, &wrong, 1);
        expect_refusal(&options, -EPROTO, options.name);
        scribble(options.name, (off_t) i, &byte, 1);
    }

    assert_int_equal(inode_of(options.name), seg.inode);
    desk_segment_detach(&seg);
    assert_int_equal(attach(&seg, &options), 0);
    desk_segment_detach(&seg);
    assert_int_equal(desk_segment_unlink(options.name), 0);
}

static void
a_file_too_short_is_refused(void **state)
{
    int                    fd;
    off_t                  bytes;
    desk_segment_t         seg;
    desk_segment_options_t options = fixture_options("segment");

    static const off_t cuts[] = { 1, 100, 191, 192, 4096, 100000 };

    (void) state;

    for (bytes = 0; bytes < 6; bytes++) {
        assert_int_equal(attach(&seg, &options), 0);
        desk_segment_detach(&seg);
        fd = shm_open(options.name, O_RDWR, 0);
        assert_int_equal(ftruncate(fd, cuts[bytes]), 0);
        (void) close(fd);
        expect_refusal(&options, -EPROTO, options.name);
        assert_int_equal(desk_segment_unlink(options.name), 0);
    }
}

static void
something_else_of_that_name_is_refused(void **state)
{
    int                    fd;
    char                   text[1024];
    desk_segment_options_t options = fixture_options("segment");

    (void) state;
    memset(text, 'x', sizeof(text));
    fd = shm_open(options.name, O_RDWR | O_CREAT | O_EXCL, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, sizeof(text)), sizeof(text));
    (void) close(fd);
    expect_refusal(&options, -EPROTO, "not a FrontDesk segment");
    assert_int_equal(desk_segment_unlink(options.name), 0);
}

/* On this machine anybody may make files in /dev/shm. */
static void
what_a_stranger_can_write_to_is_refused(void **state)
{
    int                    fd;
    desk_segment_t         seg;
    desk_segment_options_t options = fixture_options("segment");

    (void) state;
    assert_int_equal(attach(&seg, &options), 0);
    fd = shm_open(options.name, O_RDWR, 0);

    assert_int_equal(fchmod(fd, 0606), 0);
    expect_refusal(&options, -EPERM, "606");
    assert_int_equal(fchmod(fd, 0640), 0);
    expect_refusal(&options, -EPERM, "640");
    assert_int_equal(fchmod(fd, 0600), 0);

    if (geteuid() == 0) {
        assert_int_equal(fchown(fd, STRANGER, STRANGER), 0);
        expect_refusal(&options, -EPERM, "65534");

        /* Unless it is who was named to own it. */
        desk_segment_detach(&seg);
        options.uid = STRANGER;
        assert_int_equal(attach(&seg, &options), 0);
    }

    (void) close(fd);
    desk_segment_detach(&seg);
    assert_int_equal(desk_segment_unlink(options.name), 0);
}

static void
a_symbolic_link_is_not_followed(void **state)
{
    char                   path[128];
    desk_segment_options_t options = fixture_options("segment");

    (void) state;
    (void) snprintf(path, sizeof(path), "/dev/shm%s", options.name);
    assert_int_equal(symlink("/dev/shm/desk-test-victim", path), 0);
    expect_refusal(&options, -ELOOP, "cannot open");
    assert_int_equal(access("/dev/shm/desk-test-victim", F_OK), -1);
    assert_int_equal(unlink(path), 0);
}

/* Whatever of the header it had written, the magic comes last. */
static void
a_creator_that_died_is_done_over(void **state)
{
    int                    fd, i;
    pid_t                  pid;
    char                   some[192];
    desk_segment_t         seg;
    desk_segment_options_t options = fixture_options("segment");

    (void) state;

    for (i = 0; i < 3; i++) {
        fd = shm_open(options.name, O_RDWR | O_CREAT | O_EXCL, 0600);
        assert_true(fd >= 0);

        if (i > 0) {
            assert_int_equal(ftruncate(fd, 1 << 20), 0);
        }

        if (i > 1) {
            memset(some, 0x55, sizeof(some));
            memset(some, 0, 8);
            assert_int_equal(write(fd, some, sizeof(some)), sizeof(some));
        }

        (void) close(fd);
        assert_int_equal(attach(&seg, &options), 0);
        assert_int_equal(seg.slot_count, options.slot_count);
        desk_segment_detach(&seg);
        assert_int_equal(desk_segment_unlink(options.name), 0);
    }

    /* And killed anywhere. */
    for (i = 0; i < 100; i++) {
        struct timespec ns = { 0, i * 5000 };

        pid = fixture_fork();
        if (pid == 0) {
            for (;;) {
                CHILD_ASSERT(attach(&seg, &options) == 0);
                desk_segment_detach(&seg);
                CHILD_ASSERT(desk_segment_unlink(options.name) == 0);
            }
        }

        (void) nanosleep(&ns, NULL);
        (void) kill(pid, SIGKILL);
        fixture_expect_killed(pid);
        assert_int_equal(attach(&seg, &options), 0);
        desk_segment_detach(&seg);
        (void) desk_segment_unlink(options.name);
    }
}

static void
one_of_an_earlier_boot_is_made_anew(void **state)
{
    size_t                 i;
    uint64_t               sum = 0xcbf29ce484222325ULL;
    desk_header_t          header;
    desk_segment_t         seg, next;
    desk_segment_options_t options = fixture_options("segment");

    (void) state;
    assert_int_equal(attach(&seg, &options), 0);

    memcpy((void *) &header, seg.header, sizeof(header));
    header.boot_id[3] ^= 1;
    for (i = 0; i < offsetof(desk_header_t, checksum); i++) {
        sum = (sum ^ ((uint8_t *) &header)[i]) * 0x100000001b3ULL;
    }

    header.checksum = sum;
    scribble(options.name, 0, &header, sizeof(header));

    assert_int_equal(attach(&next, &options), 0);
    assert_int_not_equal(next.inode, seg.inode);
    desk_segment_detach(&next);
    desk_segment_detach(&seg);
    assert_int_equal(desk_segment_unlink(options.name), 0);
}

/* It was found, and thrown away while the finder waited for the lock. */
static void
who_waits_for_one_that_goes_looks_again(void **state)
{
    int                    fd;
    pid_t                  pid;
    desk_segment_t         seg, old;
    struct timespec        ms = { 0, 100000000 };
    desk_segment_options_t options = fixture_options("segment");

    (void) state;
    assert_int_equal(attach(&old, &options), 0);
    fd = shm_open(options.name, O_RDWR, 0);
    assert_int_equal(flock(fd, LOCK_EX), 0);

    pid = fixture_fork();
    if (pid == 0) {
        (void) close(fd);
        CHILD_ASSERT(attach(&seg, &options) == 0);
        CHILD_ASSERT(seg.inode != old.inode);
        CHILD_ASSERT(seg.inode == inode_of(options.name));
        _exit(0);
    }

    (void) nanosleep(&ms, NULL);
    assert_int_equal(desk_segment_unlink(options.name), 0);
    (void) close(fd);
    fixture_expect_exit(pid, 0);
    desk_segment_detach(&old);
    assert_int_equal(desk_segment_unlink(options.name), 0);
}

static void
those_attached_go_on_without_the_name(void **state)
{
    desk_segment_t         old, now;
    desk_segment_options_t options = fixture_options("segment");

    (void) state;
    assert_int_equal(attach(&old, &options), 0);
    assert_int_equal(desk_segment_unlink(options.name), 0);
    assert_int_equal(attach(&now, &options), 0);
    assert_int_not_equal(old.inode, now.inode);

    old.rings[0] = 7;
    now.rings[0] = 8;
    atomic_store(&old.header->draining, 1);
    assert_int_equal(old.rings[0], 7);
    assert_int_equal(atomic_load(&now.header->draining), 0);

    desk_segment_detach(&old);
    desk_segment_detach(&now);
    assert_int_equal(desk_segment_unlink(options.name), 0);
}

/* A /dev/shm of our own, of so many KiB. */
static void
small_tmpfs(unsigned kib)
{
    char size[32];

    CHILD_ASSERT(unshare(CLONE_NEWNS) == 0
                 || unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0);
    CHILD_ASSERT(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);
    (void) snprintf(size, sizeof(size), "size=%uk,mode=1777", kib);
    CHILD_ASSERT(mount("tmpfs", "/dev/shm", "tmpfs", 0, size) == 0);
}

static void
no_memory_is_an_error_and_no_signal(void **state)
{
    pid_t                  pid;
    desk_segment_t         seg;
    desk_segment_options_t options = fixture_options("segment");

    (void) state;

    pid = fixture_fork();
    if (pid == 0) {
        small_tmpfs(512);
        CHILD_ASSERT(attach(&seg, &options) == -ENOSPC);
        CHILD_ASSERT(strstr(error, "no room") != NULL);
        CHILD_ASSERT(access("/dev/shm", R_OK) == 0);

        /* Nothing is left behind. */
        CHILD_ASSERT(desk_segment_unlink(options.name) == -ENOENT);
        _exit(0);
    }

    fixture_expect_exit(pid, 0);
}

/* The segment fits, but not the rings of all its slots. */
static void
no_memory_for_a_call_refuses_that_call(void **state)
{
    int                    rc;
    pid_t                  pid;
    uint32_t               n;
    uint8_t                frame[160] = { 0 };
    desk_card_t            card = { .pipeline = DESK_PIPELINE_ECHO };
    desk_slot_t            slot, first;
    desk_ring_writer_t     up;
    desk_ring_reader_t     down;
    desk_process_t         ngx, ai;
    desk_segment_t         seg;
    desk_segment_options_t options = fixture_options("segment");

    (void) state;
    options.slot_count = 64;
    options.up_bytes = 65536;

    pid = fixture_fork();
    if (pid == 0) {
        small_tmpfs(2048);
        CHILD_ASSERT(attach(&seg, &options) == 0);
        CHILD_ASSERT(desk_process_enter(&seg, DESK_KIND_NGINX, &ngx) == 0);
        CHILD_ASSERT(desk_process_enter(&seg, DESK_KIND_AI, &ai) == 0);
        CHILD_ASSERT(desk_process_set_life(&ai, DESK_LIFE_UP) == 0);

        for (n = 0;; n++) {
            rc = desk_slot_claim(&seg, &ngx, &card, 65536, 8192, &slot);
            if (rc < 0) {
                break;
            }

            memset(slot.up_data, 1, DESK_SLOT_NEAR_BYTES);
            memset(slot.down_data, 1, 8192);
            if (n == 0) {
                first = slot;
            }
        }

        CHILD_ASSERT(rc == -ENOSPC);
        CHILD_ASSERT(n > 0 && n < 64);
        CHILD_ASSERT(desk_slot_free_count(&seg) == 64 - n);

        /* Who has one goes on: there is none for a long utterance either. */
        CHILD_ASSERT(desk_slot_ngx_rings(&seg, &first, &up, &down) == 0);
        for (n = 0; n < 2000; n++) {
            CHILD_ASSERT(desk_slot_put_up(&seg, &first, &up, DESK_RECORD_AUDIO,
                                          0, n, frame, sizeof(frame))
                         == 0);
        }

        /* What one call gives back the next one has. */
        CHILD_ASSERT(desk_slot_open(&seg, &ai, first.index, &slot) == 0);
        desk_slot_ai_release(&seg, &slot, &ai);
        desk_slot_ngx_release(&seg, &first);
        CHILD_ASSERT(desk_slot_claim(&seg, &ngx, &card, 65536, 8192, &slot)
                     == 0);
        memset(slot.up_data, 2, DESK_SLOT_NEAR_BYTES);
        _exit(0);
    }

    fixture_expect_exit(pid, 0);
}

static void
a_limit_on_files_is_an_error_too(void **state)
{
    pid_t                  pid;
    struct rlimit          limit = { 65536, 65536 };
    desk_segment_t         seg;
    desk_segment_options_t options = fixture_options("segment");

    (void) state;

    pid = fixture_fork();
    if (pid == 0) {
        (void) signal(SIGXFSZ, SIG_IGN);
        CHILD_ASSERT(setrlimit(RLIMIT_FSIZE, &limit) == 0);
        CHILD_ASSERT(attach(&seg, &options) == -EFBIG);
        CHILD_ASSERT(strstr(error, options.name) != NULL);
        CHILD_ASSERT(desk_segment_unlink(options.name) == -ENOENT);
        _exit(0);
    }

    fixture_expect_exit(pid, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_second_finds_what_the_first_made),
        cmocka_unit_test(those_who_come_at_once_make_one),
        cmocka_unit_test(names_and_sizes_out_of_bounds_are_refused),
        cmocka_unit_test(another_layout_is_refused_and_named),
        cmocka_unit_test(a_damaged_header_is_refused),
        cmocka_unit_test(a_file_too_short_is_refused),
        cmocka_unit_test(something_else_of_that_name_is_refused),
        cmocka_unit_test(what_a_stranger_can_write_to_is_refused),
        cmocka_unit_test(a_symbolic_link_is_not_followed),
        cmocka_unit_test(a_creator_that_died_is_done_over),
        cmocka_unit_test(one_of_an_earlier_boot_is_made_anew),
        cmocka_unit_test(who_waits_for_one_that_goes_looks_again),
        cmocka_unit_test(those_attached_go_on_without_the_name),
        cmocka_unit_test(no_memory_is_an_error_and_no_signal),
        cmocka_unit_test(no_memory_for_a_call_refuses_that_call),
        cmocka_unit_test(a_limit_on_files_is_an_error_too),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
