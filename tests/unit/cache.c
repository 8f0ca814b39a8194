/* SPDX-License-Identifier: BSD-2-Clause */

#include "desk_fixture.h"

#include "store/cache.h"

#define CLIENT "00000000-0000-4000-8000-000000000001"
#define OTHER  "00000000-0000-4000-8000-000000000002"
#define ROOM   100000U

static desk_segment_t seg;
static cache_t       *cache;
static uint64_t       now; /* held by the test */
static unsigned       dropped;

static int
setup(void **state)
{
    (void) state;
    fixture_segment(&seg, "cache", 2, 8192, 8192);
    assert_int_equal(cache_create(&cache, &seg, 8, ROOM), 0);
    now = desk_now_ms();
    desk_news_hear(&seg, now);
    dropped = 0;

    return 0;
}

static int
teardown(void **state)
{
    (void) state;
    cache_destroy(cache);
    desk_segment_detach(&seg);

    return 0;
}

static void
drop(void *value)
{
    free(value);
    dropped++;
}

static void
keep(const char *key, const char *client, const char *text, size_t bytes)
{
    desk_news_stamp_t stamp = desk_news_stamp(&seg, client);
    cache_item_t     *item = cache_item_create(strdup(text), bytes, drop);

    assert_non_null(item);
    cache_keep(cache, key, &stamp, item);
    cache_item_drop(item);
}

/* Its text, or "-". */
static const char *
find(const char *key)
{
    static char   text[64];
    cache_item_t *item = cache_find(cache, key, now);

    (void) snprintf(text, sizeof(text), "%s",
                    item != NULL ? (char *) item->value : "-");
    cache_item_drop(item);

    return text;
}

static void
what_is_kept_is_found(void **state)
{
    (void) state;
    assert_string_equal(find("a"), "-");
    keep("a", CLIENT, "first", 6);
    keep("b", OTHER, "second", 7);
    assert_string_equal(find("a"), "first");
    assert_string_equal(find("b"), "second");
    assert_string_equal(find("ab"), "-");

    keep("a", CLIENT, "third", 6);
    assert_string_equal(find("a"), "third");
    assert_int_equal(cache_count(cache), 2);
    assert_int_equal(dropped, 1);
}

static void
a_client_that_changed_is_asked_for_again(void **state)
{
    (void) state;
    keep("a", CLIENT, "old", 4);
    keep("b", OTHER, "other", 6);
    desk_news_tell(&seg, CLIENT);
    assert_string_equal(find("a"), "-");
    assert_string_equal(find("b"), "other");
    keep("a", CLIENT, "new", 4);
    assert_string_equal(find("a"), "new");
    desk_news_tell_all(&seg);
    assert_string_equal(find("a"), "-");
    assert_string_equal(find("b"), "-");
}

/* Postgres was asked, then it changed, then the answer came. */
static void
what_was_asked_for_before_a_change_is_not_good(void **state)
{
    desk_news_stamp_t stamp = desk_news_stamp(&seg, CLIENT);
    cache_item_t     *item = cache_item_create(strdup("old"), 4, drop);

    (void) state;
    desk_news_tell(&seg, CLIENT);
    cache_keep(cache, "a", &stamp, item);
    cache_item_drop(item);
    assert_string_equal(find("a"), "-");
}

static void
without_a_word_for_ten_seconds_nothing_is_good(void **state)
{
    (void) state;
    keep("a", CLIENT, "text", 5);
    now += 9999;
    assert_string_equal(find("a"), "text");
    now += 1;
    assert_string_equal(find("a"), "-");

    /* The listener was slow, and nothing had changed. */
    desk_news_hear(&seg, now);
    assert_string_equal(find("a"), "text");

    /* It was another one, who does not know. */
    now += 10000;
    desk_news_tell_all(&seg);
    desk_news_hear(&seg, now);
    assert_string_equal(find("a"), "-");
}

static void
what_was_found_may_grow_old(void **state)
{
    cache_item_t *item;

    (void) state;
    keep("a", CLIENT, "old", 4);
    item = cache_find(cache, "a", now);
    assert_true(cache_has(cache, "a", item, now));
    assert_false(cache_has(cache, "a", item, now + 10000));
    assert_false(cache_has(cache, "b", item, now));
    desk_news_tell(&seg, CLIENT);
    assert_false(cache_has(cache, "a", item, now));

    /* Another in its place is not it, however good. */
    keep("a", CLIENT, "new", 4);
    assert_false(cache_has(cache, "a", item, now));
    assert_string_equal(item->value, "old");
    cache_item_drop(item);
    assert_int_equal(dropped, 1);
}

static void
the_one_not_used_for_longest_goes_first(void **state)
{
    int  i;
    char key[8];

    (void) state;

    for (i = 0; i < 8; i++) {
        (void) snprintf(key, sizeof(key), "%d", i);
        keep(key, CLIENT, key, 2);
    }

    assert_string_equal(find("0"), "0");
    keep("8", CLIENT, "8", 2);
    assert_int_equal(cache_count(cache), 8);
    assert_string_equal(find("1"), "-");
    assert_string_equal(find("0"), "0");
    assert_string_equal(find("8"), "8");
    assert_int_equal(dropped, 1);
}

static void
its_bytes_are_bounded(void **state)
{
    cache_item_t     *item;
    desk_news_stamp_t stamp = desk_news_stamp(&seg, CLIENT);

    (void) state;
    keep("a", CLIENT, "a", 40000);
    keep("b", CLIENT, "b", 40000);
    assert_true(cache_bytes(cache) > 80000);
    keep("c", CLIENT, "c", 40000);
    assert_true(cache_bytes(cache) <= ROOM);
    assert_string_equal(find("a"), "-");
    assert_string_equal(find("b"), "b");

    /* What fits nowhere pushes nothing out, and is its asker's alone. */
    item = cache_item_create(strdup("huge"), ROOM, drop);
    cache_keep(cache, "d", &stamp, item);
    assert_int_equal(item->held, 1);
    cache_item_drop(item);
    assert_string_equal(find("d"), "-");
    assert_string_equal(find("c"), "c");

    desk_news_tell_all(&seg);
    keep("e", CLIENT, "e", ROOM / 2);
    assert_true(cache_bytes(cache) <= ROOM);
}

static void
of_who_changed_nothing_stays(void **state)
{
    (void) state;
    keep("a", CLIENT, "one", 4);
    keep("b", CLIENT, "two", 4);
    keep("c", OTHER, "other", 6);
    desk_news_tell(&seg, CLIENT);
    cache_sweep(cache);
    assert_int_equal(cache_count(cache), 1);
    assert_int_equal(dropped, 2);
    assert_string_equal(find("c"), "other");

    /* That nobody listens is no reason. */
    now += 60000;
    cache_sweep(cache);
    assert_int_equal(cache_count(cache), 1);
    desk_news_tell_all(&seg);
    cache_sweep(cache);
    assert_int_equal(cache_count(cache), 0);
    assert_int_equal(cache_bytes(cache), 0);
}

static void
who_has_it_keeps_it_when_it_goes(void **state)
{
    cache_item_t *item;

    (void) state;
    keep("a", CLIENT, "text", 5);
    item = cache_find(cache, "a", now);
    cache_destroy(cache);
    cache = NULL;
    assert_int_equal(dropped, 0);
    assert_string_equal(item->value, "text");
    cache_item_drop(item);
    assert_int_equal(dropped, 1);
    cache_item_drop(NULL);
}

/* Against a list that is looked through from end to end. */
static void
it_does_as_a_simple_one_does(void **state)
{
    int      i, n, order[8], used = 0;
    char     key[8];
    uint64_t random = 42;

    (void) state;

    for (i = 0; i < 20000; i++) {
        int at, key_of = (int) (fixture_random(&random) % 12);

        (void) snprintf(key, sizeof(key), "%d", key_of);

        for (at = 0; at < used && order[at] != key_of; at++) {
            continue;
        }

        if (fixture_random(&random) % 2 == 0) {
            keep(key, CLIENT, key, 10);
            if (at == used && used < 8) {
                used++;
            }
            at = at < used ? at : used - 1;

        } else {
            assert_string_equal(find(key), at < used ? key : "-");
            if (at == used) {
                continue;
            }
        }

        for (n = at; n > 0; n--) {
            order[n] = order[n - 1];
        }
        order[0] = key_of;
        assert_int_equal(cache_count(cache), used);
    }
}

int
main(void)
{
#define CACHE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        CACHE(what_is_kept_is_found),
        CACHE(a_client_that_changed_is_asked_for_again),
        CACHE(what_was_asked_for_before_a_change_is_not_good),
        CACHE(without_a_word_for_ten_seconds_nothing_is_good),
        CACHE(what_was_found_may_grow_old),
        CACHE(the_one_not_used_for_longest_goes_first),
        CACHE(its_bytes_are_bounded),
        CACHE(of_who_changed_nothing_stays),
        CACHE(who_has_it_keeps_it_when_it_goes),
        CACHE(it_does_as_a_simple_one_does),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
