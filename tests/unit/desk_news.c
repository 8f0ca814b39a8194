/* SPDX-License-Identifier: BSD-2-Clause */

#include <pthread.h>

#include "desk_fixture.h"
#include "desk_news.h"

#define ONE "00000000-0000-4000-8000-000000000001"
#define TWO "00000000-0000-4000-8000-000000000002"

static desk_segment_t seg;

static int
setup(void **state)
{
    (void) state;
    fixture_segment(&seg, "news", 2, 8192, 8192);

    return 0;
}

static int
teardown(void **state)
{
    (void) state;
    desk_segment_detach(&seg);

    return 0;
}

static void
nothing_is_good_before_somebody_listens(void **state)
{
    desk_news_stamp_t stamp = desk_news_stamp(&seg, ONE);

    (void) state;
    assert_false(desk_news_is_good(&seg, &stamp, desk_now_ms()));
    assert_false(desk_news_is_good(&seg, &stamp, 0));
    assert_true(desk_news_age_ms(&seg, desk_now_ms()) == UINT64_MAX);
}

static void
what_did_not_change_is_good_for_ten_seconds_of_a_word(void **state)
{
    uint64_t          now = desk_now_ms();
    desk_news_stamp_t stamp = desk_news_stamp(&seg, ONE);

    (void) state;
    desk_news_hear(&seg, now);
    assert_true(desk_news_is_good(&seg, &stamp, now));
    assert_true(desk_news_is_good(&seg, &stamp, now + 9999));
    assert_false(desk_news_is_good(&seg, &stamp, now + 10000));
    assert_true(desk_news_age_ms(&seg, now + 10000) == 10000);

    /* The next word makes it good again: it has not changed. */
    desk_news_hear(&seg, now + 10000);
    assert_true(desk_news_is_good(&seg, &stamp, now + 10000));
}

static void
a_client_that_changed_is_no_longer_good_and_others_are(void **state)
{
    uint64_t          now = desk_now_ms();
    desk_news_stamp_t one = desk_news_stamp(&seg, ONE);
    desk_news_stamp_t two = desk_news_stamp(&seg, TWO);

    (void) state;
    desk_news_hear(&seg, now);
    assert_int_not_equal(one.place, two.place);
    desk_news_tell(&seg, ONE);
    assert_false(desk_news_is_good(&seg, &one, now));
    assert_true(desk_news_is_good(&seg, &two, now));

    one = desk_news_stamp(&seg, ONE);
    assert_true(desk_news_is_good(&seg, &one, now));
    desk_news_tell_all(&seg);
    assert_false(desk_news_is_good(&seg, &one, now));
    assert_false(desk_news_is_good(&seg, &two, now));
}

static void
any_text_is_somebody(void **state)
{
    char              text[300];
    uint64_t          now = desk_now_ms();
    desk_news_stamp_t stamp;

    (void) state;
    memset(text, 0xff, sizeof(text));
    text[sizeof(text) - 1] = '\0';
    desk_news_hear(&seg, now);
    stamp = desk_news_stamp(&seg, text);
    assert_true(stamp.place < DESK_NEWS_COUNT);
    desk_news_tell(&seg, "");
    assert_true(desk_news_is_good(&seg, &stamp, now));
    desk_news_tell(&seg, text);
    assert_false(desk_news_is_good(&seg, &stamp, now));
}

static void
ids_are_spread_over_the_places(void **state)
{
    char     id[40];
    uint32_t i, most = 0, counts[DESK_NEWS_COUNT] = { 0 };

    (void) state;

    for (i = 0; i < 64 * DESK_NEWS_COUNT; i++) {
        (void) snprintf(id, sizeof(id), "%08x-0000-4000-8000-%012x", i * 7, i);
        counts[desk_news_stamp(&seg, id).place]++;
    }

    for (i = 0; i < DESK_NEWS_COUNT; i++) {
        most = counts[i] > most ? counts[i] : most;
        assert_true(counts[i] > 0);
    }

    assert_true(most < 4 * 64);
}

static void
an_older_word_changes_nothing(void **state)
{
    uint64_t          now = desk_now_ms();
    desk_news_stamp_t stamp = desk_news_stamp(&seg, ONE);

    (void) state;
    desk_news_hear(&seg, now);
    desk_news_hear(&seg, now - 60000); /* of a listener that was frozen */
    assert_true(desk_news_is_good(&seg, &stamp, now));
}

static void
damaged_words_are_never_good_for_longer(void **state)
{
    size_t            i;
    uint64_t          now = desk_now_ms();
    desk_news_stamp_t stamp = desk_news_stamp(&seg, ONE);

    static const uint64_t words[] = {
        0, 1, UINT32_MAX, INT64_MAX, (uint64_t) INT64_MAX + 1, UINT64_MAX
    };

    (void) state;

    for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        atomic_store(&seg.news->heard_ms, words[i]);
        assert_true(desk_news_is_good(&seg, &stamp, now)
                    == (words[i] != 0 && words[i] <= now
                        && now - words[i] < DESK_NEWS_GOOD_MS));
        assert_false(desk_news_is_good(&seg, &stamp, now + 60000));

        /* The listener's next word is believed again. */
        desk_news_hear(&seg, now);
        assert_true(desk_news_is_good(&seg, &stamp, now));

        atomic_store(&seg.news->versions[stamp.place], words[i]);
        assert_true(desk_news_is_good(&seg, &stamp, now)
                    == (words[i] == stamp.version));
        desk_news_tell(&seg, ONE);
        stamp = desk_news_stamp(&seg, ONE);
    }
}

/* ---- who sees a word sees all that was told before it ---- */

#define ROUNDS (200000 / FIXTURE_SLOW)

static void *
listen(void *data)
{
    uint64_t i;

    (void) data;

    /* The word says how often it was told. */
    for (i = 1; i <= ROUNDS; i++) {
        desk_news_tell(&seg, ONE);
        desk_news_hear(&seg, i);
    }

    return NULL;
}

static void
a_word_is_never_ahead_of_what_was_told(void **state)
{
    uint64_t          heard = 0, version;
    pthread_t         listener;
    desk_news_stamp_t stamp = desk_news_stamp(&seg, ONE);

    (void) state;
    assert_int_equal(pthread_create(&listener, NULL, listen, NULL), 0);

    while (heard < ROUNDS) {
        heard = UINT64_MAX - 1 - desk_news_age_ms(&seg, UINT64_MAX - 1);
        if (heard > ROUNDS) {
            continue; /* nothing yet */
        }

        version = desk_news_stamp(&seg, ONE).version;
        assert_true(version - stamp.version >= heard);
    }

    assert_int_equal(pthread_join(listener, NULL), 0);
}

int
main(void)
{
#define NEWS(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        NEWS(nothing_is_good_before_somebody_listens),
        NEWS(what_did_not_change_is_good_for_ten_seconds_of_a_word),
        NEWS(a_client_that_changed_is_no_longer_good_and_others_are),
        NEWS(any_text_is_somebody),
        NEWS(ids_are_spread_over_the_places),
        NEWS(an_older_word_changes_nothing),
        NEWS(damaged_words_are_never_good_for_longer),
        NEWS(a_word_is_never_ahead_of_what_was_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
