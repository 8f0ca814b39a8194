/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "provider/access.h"

static desk_conf_t conf;
static uv_loop_t   loop;
static net_host_t *host;
static provider_access_t reached;

static int
setup(void **state)
{
    (void) state;
    memset(&conf, 0, sizeof(conf));
    memset(&reached, 0, sizeof(reached));
    assert_int_equal(uv_loop_init(&loop), 0);

    return net_host_create(&host, &loop, &(net_host_options_t){ 0 });
}

static int
teardown(void **state)
{
    (void) state;
    net_host_destroy(host);
    (void) uv_run(&loop, UV_RUN_DEFAULT);

    return uv_loop_close(&loop);
}

static void
who_is_inside_needs_nothing(void **state)
{
    (void) state;
    assert_true(provider_is_inside("pocketsphinx"));
    assert_false(provider_is_inside("deepgram"));
    assert_false(provider_is_inside("no such"));
    assert_int_equal(provider_access(&reached, &conf, NULL, "builtin", NULL),
                     0);
    assert_int_equal(provider_access(&reached, &conf, NULL, "no such", NULL),
                     -ENOENT);
}

static void
a_clients_key_goes_before_the_platforms(void **state)
{
    access_keys_t *keys;
    const char    *setting;

    (void) state;
    assert_int_equal(provider_access(&reached, &conf, NULL, "deepgram", NULL),
                     -EACCES);

    conf.deepgram_keys = "platform";
    assert_int_equal(access_keys_create(&keys, host, &conf, &setting), 0);
    assert_int_equal(
        provider_access(&reached, &conf, keys, "deepgram_flux", NULL), 0);
    assert_string_equal(reached.key, "platform");
    assert_string_equal(reached.base_url, "");
    assert_false(reached.trusted);
    provider_access_end(&reached, NULL);

    assert_int_equal(provider_access(&reached, &conf, keys, "deepgram", "own"),
                     0);
    assert_string_equal(reached.key, "own");
    provider_access_end(&reached, NULL);
    access_keys_destroy(keys);
}

/* Who has several spreads calls over them. */
static void
a_key_that_is_lent_is_lent_last_and_one_that_was_refused_rests(void **state)
{
    access_keys_t    *keys;
    const char       *setting;
    provider_access_t a, b, c;

    static const fault_t refused = { FAULT_REFUSED, 0, "401" };

    (void) state;
    conf.openai_keys = "one, two";
    assert_int_equal(access_keys_create(&keys, host, &conf, &setting), 0);
    assert_int_equal(provider_access(&a, &conf, keys, "openai", NULL), 0);
    assert_int_equal(provider_access(&b, &conf, keys, "openai_realtime", NULL),
                     0);
    assert_string_not_equal(a.key, b.key);

    provider_access_end(&a, &refused);
    assert_int_equal(provider_access(&c, &conf, keys, "openai", NULL), 0);
    assert_string_equal(c.key, b.key);
    provider_access_end(&c, &refused);
    assert_int_equal(provider_access(&a, &conf, keys, "openai", NULL), -EBUSY);
    provider_access_end(&a, NULL);
    provider_access_end(&b, NULL);
    access_keys_destroy(keys);

    conf.openai_keys = "one\ttwo";
    assert_int_equal(access_keys_create(&keys, host, &conf, &setting),
                     -EINVAL);
    assert_string_equal(setting, "openai");
}

static void
only_who_the_settings_name_is_trusted(void **state)
{
    (void) state;
    assert_int_equal(provider_access(&reached, &conf, NULL, "ollama", NULL),
                     -EACCES);
    conf.ollama_url = "http://localhost:11434/v1";
    assert_int_equal(provider_access(&reached, &conf, NULL, "ollama", NULL), 0);
    assert_string_equal(reached.base_url, "http://localhost:11434/v1");
    assert_string_equal(reached.key, "");
    assert_true(reached.trusted);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(who_is_inside_needs_nothing),
        TEST(a_clients_key_goes_before_the_platforms),
        TEST(a_key_that_is_lent_is_lent_last_and_one_that_was_refused_rests),
        TEST(only_who_the_settings_name_is_trusted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
