/* SPDX-License-Identifier: BSD-2-Clause */

#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/un.h>

#include <cmocka.h>

#include "net/address.h"

static int
is_public(const char *text)
{
    struct sockaddr_in  in = { .sin_family = AF_INET };
    struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };

    if (strchr(text, ':') != NULL) {
        assert_int_equal(inet_pton(AF_INET6, text, &in6.sin6_addr), 1);
        return net_address_is_public((struct sockaddr *) &in6);
    }

    assert_int_equal(inet_pton(AF_INET, text, &in.sin_addr), 1);

    return net_address_is_public((struct sockaddr *) &in);
}

static void
what_is_not_the_public_internet_is_refused(void **state)
{
    size_t i;

    static const char *const inner[] = {
        "0.0.0.0",
        "0.255.255.255",
        "10.0.0.0",
        "10.255.255.255",
        "100.64.0.0",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.255.255",
        "169.254.0.0",
        "169.254.169.254",
        "172.16.0.0",
        "172.31.255.255",
        "192.0.0.1",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.0.0",
        "192.168.255.255",
        "198.18.0.0",
        "198.19.255.255",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:10.1.2.3",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:1ff::1",
        "2001:db8::1",
        "2002:7f00:1::1",
        "2002:c0a8:1::1",
        "3fff::1",
        "fc00::1",
        "fd00::1",
        "fd00:ec2::254",
        "fe80::1",
        "febf::1",
        "fec0::1",
        "ff02::1",
    };

    (void) state;

    for (i = 0; i < sizeof(inner) / sizeof(inner[0]); i++) {
        if (is_public(inner[i])) {
            fail_msg("%s", inner[i]);
        }
    }
}

static void
what_is_public_is_not(void **state)
{
    size_t i;

    static const char *const outer[] = {
        "1.1.1.1",
        "8.8.8.8",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.0",
        "169.253.255.255",
        "169.255.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "192.0.1.0",
        "192.167.255.255",
        "192.169.0.0",
        "198.17.255.255",
        "198.20.0.0",
        "223.255.255.255",
        "2001:200::1",
        "2001:4860:4860::8888",
        "2606:4700::1111",
        "2a00:1450::1",
        "::ffff:8.8.8.8",
        "64:ff9b::808:808",
        "2002:808:808::1",
    };

    (void) state;

    for (i = 0; i < sizeof(outer) / sizeof(outer[0]); i++) {
        if (!is_public(outer[i])) {
            fail_msg("%s", outer[i]);
        }
    }
}

static void
no_other_family_is(void **state)
{
    struct sockaddr_un un = { .sun_family = AF_UNIX };

    (void) state;
    assert_int_equal(net_address_is_public((struct sockaddr *) &un), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_the_public_internet_is_refused),
        cmocka_unit_test(what_is_public_is_not),
        cmocka_unit_test(no_other_family_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
