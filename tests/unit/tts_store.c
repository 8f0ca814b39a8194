/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "provider/tts_cache.h"
#include "provider/tts_store.h"

#define BLOCK 4096
#define BYTES (256 * BLOCK)

static char         path[64];
static tts_store_t *store;

static int
setup(void **state)
{
    (void) state;

    (void) snprintf(path, sizeof(path), "/tmp/tts-store-XXXXXX");
    (void) close(mkstemp(path));
    return tts_store_open(&store, path, BYTES);
}

static int
teardown(void **state)
{
    (void) state;

    tts_store_close(store);
    return unlink(path);
}

static int
put(tts_store_t *to, const char *key, uint8_t value, size_t samples)
{
    int      rc;
    uint8_t *ulaw = malloc(samples);

    memset(ulaw, value, samples);
    rc = tts_store_put(to, key, ulaw, samples);
    free(ulaw);
    return rc;
}

/* How many samples there are of it, or -errno; all are `value`. */
static long
get(tts_store_t *from, const char *key, uint8_t value)
{
    int      rc;
    size_t   samples;
    uint8_t *ulaw;

    rc = tts_store_get(from, key, &ulaw, &samples);
    if (rc < 0) {
        return rc;
    }

    for (size_t i = 0; i < samples; i++) {
        assert_int_equal(ulaw[i], value);
    }
    free(ulaw);
    return (long) samples;
}

static void
what_one_puts_another_gets(void **state)
{
    tts_store_t *other;

    (void) state;

    assert_int_equal(tts_store_open(&other, path, BYTES), 0);
    assert_int_equal(get(other, "a", 1), -ENOENT);
    assert_int_equal(put(store, "a", 1, 3 * BLOCK + 5), 0);
    assert_int_equal(put(other, "b", 2, 1), 0);
    assert_int_equal(get(other, "a", 1), 3 * BLOCK + 5);
    assert_int_equal(get(store, "b", 2), 1);
    assert_int_equal(get(store, "A", 1), -ENOENT);
    assert_int_equal(put(other, "a", 7, 10), 0);
    assert_int_equal(get(store, "a", 7), 10);
    tts_store_close(other);

    /* It is there after a restart. */
    tts_store_close(store);
    assert_int_equal(tts_store_open(&store, path, BYTES), 0);
    assert_int_equal(get(store, "a", 7), 10);
}

static void
what_was_asked_for_last_stays(void **state)
{
    char key[8];

    (void) state;

    for (int i = 0; i < 8; i++) {
        (void) snprintf(key, sizeof(key), "k%d", i);
        assert_int_equal(put(store, key, (uint8_t) i, 32 * BLOCK), 0);
        (void) usleep(2000);
    }
    assert_int_equal(get(store, "k0", 0), 32 * BLOCK);
    assert_int_equal(put(store, "new", 99, 33 * BLOCK), 0);
    assert_int_equal(get(store, "k0", 0), 32 * BLOCK);
    assert_int_equal(get(store, "k1", 1), -ENOENT);
    assert_int_equal(get(store, "k2", 2), -ENOENT);
    assert_int_equal(get(store, "k3", 3), 32 * BLOCK);
    assert_int_equal(get(store, "new", 99), 33 * BLOCK);
    assert_int_equal(put(store, "huge", 1, 65 * BLOCK), -EFBIG);
    assert_int_equal(put(store, "none", 1, 0), -EINVAL);
}

static void
more_entries_than_the_table_has(void **state)
{
    char key[16];

    (void) state;

    for (int i = 0; i < 1500; i++) {
        (void) snprintf(key, sizeof(key), "k%d", i);
        assert_int_equal(put(store, key, (uint8_t) i, 10), 0);
    }
    assert_int_equal(get(store, "k1499", (uint8_t) 1499), 10);
}

/* Each byte of the file in turn is wrong: it is right, or not there. */
static void
what_is_not_whole_is_not_there(void **state)
{
    int     fd = open(path, O_RDWR);
    off_t   end = lseek(fd, 0, SEEK_END);
    long    rc;
    uint8_t byte, other;
    int     lost = 0;

    (void) state;

    assert_int_equal(put(store, "a", 5, 2 * BLOCK), 0);
    for (off_t at = 64; at < end; at += at < 64 + 128 ? 1 : 1021) {
        assert_int_equal(pread(fd, &byte, 1, at), 1);
        other = byte ^ 0x5a;
        assert_int_equal(pwrite(fd, &other, 1, at), 1);
        rc = get(store, "a", 5);
        assert_true(rc == 2 * BLOCK || rc == -ENOENT);
        lost += rc == -ENOENT;
        assert_int_equal(pwrite(fd, &byte, 1, at), 1);
    }
    assert_true(lost > 0);
    assert_int_equal(get(store, "a", 5), 2 * BLOCK);
    (void) close(fd);
}

/* A file full of anything: never more than a miss, and it serves again. */
static void
garbage_is_no_speech(void **state)
{
    int      fd = open(path, O_RDWR);
    uint8_t  noise[BLOCK];
    uint32_t chance = 1;

    (void) state;

    for (off_t at = 64; at < 100 * BLOCK; at += BLOCK) {
        for (size_t i = 0; i < BLOCK; i++) {
            chance = chance * 1664525 + 1013904223;
            noise[i] = (uint8_t) (chance >> 24);
        }
        assert_int_equal(pwrite(fd, noise, BLOCK, at), BLOCK);
    }
    (void) close(fd);
    assert_int_equal(get(store, "a", 1), -ENOENT);
    assert_int_equal(put(store, "a", 1, 20 * BLOCK), 0);
    assert_int_equal(get(store, "a", 1), 20 * BLOCK);
}

static void
while_another_writes_nothing_is_kept(void **state)
{
    int fd = open(path, O_RDWR);

    (void) state;

    assert_int_equal(put(store, "a", 1, 10), 0);
    assert_int_equal(flock(fd, LOCK_EX), 0);
    assert_int_equal(put(store, "b", 1, 10), -EAGAIN);
    assert_int_equal(get(store, "a", 1), 10);
    (void) close(fd);
    assert_int_equal(put(store, "b", 1, 10), 0);
}

/* Killed anywhere within its writing, it leaves nothing half, nor a lock. */
static void
a_writer_may_die_anywhere(void **state)
{
    int          status;
    long         rc;
    pid_t        pid;
    tts_store_t *own;

    (void) state;

    for (int round = 0; round < 40; round++) {
        pid = fork();
        if (pid == 0) {
            if (tts_store_open(&own, path, BYTES) < 0) {
                _exit(1);
            }
            for (uint8_t i = 0;; i++) {
                (void) put(own, "a", i, 40 * BLOCK);
                (void) put(own, "b", i, 60 * BLOCK);
            }
        }

        for (int i = 0; i < 20; i++) {
            size_t   samples;
            uint8_t *ulaw;

            if (tts_store_get(store, "a", &ulaw, &samples) == 0) {
                assert_int_equal(samples, 40 * BLOCK);
                for (size_t n = 1; n < samples; n++) {
                    assert_int_equal(ulaw[n], ulaw[0]);
                }
                free(ulaw);
            }
        }
        assert_int_equal(kill(pid, SIGKILL), 0);
        assert_int_equal(waitpid(pid, &status, 0), pid);
        rc = put(store, "c", 9, 50 * BLOCK);
        assert_int_equal(rc, 0);
        assert_int_equal(get(store, "c", 9), 50 * BLOCK);
    }
}

static void
a_file_that_others_may_write_is_not_used(void **state)
{
    tts_store_t *other;

    (void) state;

    assert_int_equal(chmod(path, 0666), 0);
    assert_int_equal(tts_store_open(&other, path, BYTES), -EPERM);
    assert_int_equal(chmod(path, 0600), 0);
    assert_int_equal(tts_store_open(&other, "/nowhere/at/all", BYTES),
                     -ENOENT);
}

static void
a_cache_finds_what_another_worker_has_put(void **state)
{
    uint8_t     *ulaw = malloc(100);
    tts_audio_t *audio;
    tts_cache_t *one, *two;

    (void) state;

    memset(ulaw, 3, 100);
    assert_int_equal(tts_cache_create(&one, 100000), 0);
    assert_int_equal(tts_cache_create(&two, 100000), 0);
    tts_cache_share(one, store);
    tts_cache_share(two, store);
    tts_audio_release(tts_cache_put(one, "key", ulaw, 100));
    audio = tts_cache_get(two, "key");
    assert_non_null(audio);
    assert_int_equal(audio->samples, 100);
    tts_audio_release(audio);
    assert_true(tts_cache_bytes(two) > 100);
    assert_null(tts_cache_get(two, "yek"));
    tts_cache_destroy(one);
    tts_cache_destroy(two);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_one_puts_another_gets),
        TEST(what_was_asked_for_last_stays),
        TEST(more_entries_than_the_table_has),
        TEST(what_is_not_whole_is_not_there),
        TEST(garbage_is_no_speech),
        TEST(while_another_writes_nothing_is_kept),
        TEST(a_writer_may_die_anywhere),
        TEST(a_file_that_others_may_write_is_not_used),
        TEST(a_cache_finds_what_another_worker_has_put),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
