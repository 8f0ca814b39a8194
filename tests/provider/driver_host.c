/* SPDX-License-Identifier: BSD-2-Clause */

#include <string.h>

#include "tests/provider/driver.h"

/*
 *   warm: url
 */
static const char *
run(driver_t *driver, const char *verb, const cJSON *command)
{
    int        rc;
    net_peer_t peer = driver_peer(command);

    if (strcmp(verb, "warm") != 0) {
        return "no such verb";
    }

    rc = net_host_warm(driver->net, &peer);

    return rc == 0 ? NULL : uv_err_name(rc);
}

const driver_part_t driver_host = { "host", run, NULL };
