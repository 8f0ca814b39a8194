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
static provider_access_t reached;

static int
setup(void **state)
{
    (void) state;
    memset(&conf, 0, sizeof(conf));
    memset(&reached, 0, sizeof(reached));

    return 0;
}

static void
who_is_inside_needs_nothing(void **state)
{
    (void) state;
    assert_true(provider_is_inside("pocketsphinx"));
    assert_false(provider_is_inside("deepgram"));
    assert_false(provider_is_inside("no such"));
    assert_int_equal(provider_access(&reached, &conf, "builtin", NULL), 0);
    assert_int_equal(provider_access(&reached, &conf, "no such", NULL),
                     -ENOENT);
}

static void
a_clients_key_goes_before_the_platforms(void **state)
{
    (void) state;
    assert_int_equal(provider_access(&reached, &conf, "deepgram", NULL),
                     -EACCES);

    conf.deepgram_keys = "platform";
    assert_int_equal(provider_access(&reached, &conf, "deepgram_flux", NULL),
                     0);
    assert_string_equal(reached.key, "platform");
    assert_string_equal(reached.base_url, "");
    assert_false(reached.trusted);

    assert_int_equal(provider_access(&reached, &conf, "deepgram", "own"), 0);
    assert_string_equal(reached.key, "own");
}

static void
only_who_the_settings_name_is_trusted(void **state)
{
    (void) state;
    assert_int_equal(provider_access(&reached, &conf, "ollama", NULL),
                     -EACCES);
    conf.ollama_url = "http://localhost:11434/v1";
    assert_int_equal(provider_access(&reached, &conf, "ollama", NULL), 0);
    assert_string_equal(reached.base_url, "http://localhost:11434/v1");
    assert_string_equal(reached.key, "");
    assert_true(reached.trusted);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(who_is_inside_needs_nothing, setup),
        cmocka_unit_test_setup(a_clients_key_goes_before_the_platforms,
                               setup),
        cmocka_unit_test_setup(only_who_the_settings_name_is_trusted, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
