/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef NET_ADDRESS_H
#define NET_ADDRESS_H

#include <sys/socket.h>

/*
 * Whether it is an address of the public internet: not of this machine, of a
 * private or shared network, link-local (where clouds keep their metadata),
 * of several receivers, or reserved; nor IPv6 that stands for such a one.
 */
int net_address_is_public(const struct sockaddr *address);

#endif /* NET_ADDRESS_H */
