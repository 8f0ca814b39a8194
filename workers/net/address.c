/* SPDX-License-Identifier: BSD-2-Clause */

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>

#include "net/address.h"

typedef struct {
    uint32_t net;
    unsigned bits;
} range4_t;

typedef struct {
    uint8_t  net[16];
    unsigned bits;
} range6_t;

static int      address4_is_public(uint32_t address);
static int      address6_is_public(const uint8_t address[16]);
static int      is_within6(const uint8_t address[16], const range6_t *range);
static uint32_t read32(const uint8_t *bytes);

/* IANA's registry of special purposes; 6to4's relays; 224/4 and above. */
static const range4_t not_public4[] = {
    { 0x00000000, 8 },  /* this network */
    { 0x0a000000, 8 },  /* private */
    { 0x64400000, 10 }, /* shared by carriers */
    { 0x7f000000, 8 },  /* loopback */
    { 0xa9fe0000, 16 }, /* link-local */
    { 0xac100000, 12 }, /* private */
    { 0xc0000000, 24 }, /* protocol assignments */
    { 0xc0000200, 24 }, /* documentation */
    { 0xc0586300, 24 }, /* 6to4 relays */
    { 0xc0a80000, 16 }, /* private */
    { 0xc6120000, 15 }, /* benchmarks */
    { 0xc6336400, 24 }, /* documentation */
    { 0xcb007100, 24 }, /* documentation */
    { 0xe0000000, 3 },  /* multicast, reserved, broadcast */
};

/* Of 2000::/3, which alone is public. */
static const range6_t not_public6[] = {
    { { 0x20, 0x01, 0x00 }, 23 },       /* protocol assignments */
    { { 0x20, 0x01, 0x0d, 0xb8 }, 32 }, /* documentation */
    { { 0x3f, 0xff, 0x00 }, 20 },       /* documentation */
};

static const range6_t mapped = { { [10] = 0xff, [11] = 0xff }, 96 };
static const range6_t nat64 = { { 0x00, 0x64, 0xff, 0x9b }, 96 };
static const range6_t sixto4 = { { 0x20, 0x02 }, 16 };

int
net_address_is_public(const struct sockaddr *address)
{
    struct sockaddr_in  in;
    struct sockaddr_in6 in6;

    if (address->sa_family == AF_INET) {
        memcpy(&in, address, sizeof(in));
        return address4_is_public(ntohl(in.sin_addr.s_addr));
    }

    if (address->sa_family == AF_INET6) {
        memcpy(&in6, address, sizeof(in6));
        return address6_is_public(in6.sin6_addr.s6_addr);
    }

    return 0;
}

static int
address4_is_public(uint32_t address)
{
    size_t i;

    for (i = 0; i < sizeof(not_public4) / sizeof(not_public4[0]); i++) {
        if ((address ^ not_public4[i].net) >> (32 - not_public4[i].bits)
            == 0)
        {
            return 0;
        }
    }

    return 1;
}

static int
address6_is_public(const uint8_t address[16])
{
    size_t i;

    /* What carries an IPv4 address goes where that one goes. */
    if (is_within6(address, &mapped) || is_within6(address, &nat64)) {
        return address4_is_public(read32(address + 12));
    }

    if (is_within6(address, &sixto4)) {
        return address4_is_public(read32(address + 2));
    }

    if ((address[0] & 0xe0) != 0x20) {
        return 0;
    }

    for (i = 0; i < sizeof(not_public6) / sizeof(not_public6[0]); i++) {
        if (is_within6(address, &not_public6[i])) {
            return 0;
        }
    }

    return 1;
}

static int
is_within6(const uint8_t address[16], const range6_t *range)
{
    unsigned whole = range->bits / 8, rest = range->bits % 8;

    return memcmp(address, range->net, whole) == 0
           && (rest == 0
               || (address[whole] ^ range->net[whole]) >> (8 - rest) == 0);
}

static uint32_t
read32(const uint8_t *bytes)
{
    return (uint32_t) bytes[0] << 24 | (uint32_t) bytes[1] << 16
           | (uint32_t) bytes[2] << 8 | bytes[3];
}
