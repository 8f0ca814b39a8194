/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/log.h"
#include "shm/desk_conf.h"
#include "shm/desk_segment.h"
#include "supervisor.h"

static const char usage[] =
    "usage: frontdesk-workers -c FILE [-t | -d on|off]\n"
    "  -c FILE  the settings, as nginx has them (frontdesk_conf)\n"
    "  -t       check the settings and end\n"
    "  -d on    the node takes no more calls; off: it does again\n";

static int segment_is_there(const desk_conf_t *conf);
static int lock_state(const desk_conf_t *conf);

int
main(int argc, char **argv)
{
    int                    rc, option, test = 0;
    char                   error[DESK_CONF_ERROR_BYTES];
    const char            *file = NULL, *drain = NULL;
    desk_conf_t            conf;
    log_level_e            level;
    desk_segment_t         seg;
    desk_segment_options_t options;

    while ((option = getopt(argc, argv, "c:td:")) != -1) {
        switch (option) {

        case 'c':
            file = optarg;
            break;

        case 't':
            test = 1;
            break;

        case 'd':
            drain = optarg;
            break;

        default:
            (void) fputs(usage, stderr);
            return EXIT_FAILURE;
        }
    }

    if (file == NULL || optind != argc
        || (drain != NULL && strcmp(drain, "on") != 0
            && strcmp(drain, "off") != 0))
    {
        (void) fputs(usage, stderr);
        return EXIT_FAILURE;
    }

    memset(&conf, 0, sizeof(conf));
    if (desk_conf_load(&conf, file, DESK_CONF_WORKER, error) < 0) {
        (void) fprintf(stderr, "frontdesk-workers: %s\n", error);
        return EXIT_FAILURE;
    }

    if (test) {
        desk_conf_free(&conf);
        return EXIT_SUCCESS;
    }

    if (log_level_parse(conf.log_level, &level) == 0) {
        log_open(level, "frontdesk-workers");
    }

    if (drain != NULL && !segment_is_there(&conf)) {
        (void) fprintf(stderr, "frontdesk-workers: no node runs with these "
                               "settings\n");
        return EXIT_FAILURE;
    }

    rc = drain != NULL ? 0 : lock_state(&conf);
    if (rc < 0) {
        (void) fprintf(stderr, "frontdesk-workers: another supervisor has %s, "
                               "or it cannot be locked: %s\n",
                       conf.state_dir, strerror(-rc));
        return EXIT_FAILURE;
    }

    options.name = conf.segment_name;
    options.slot_count = (uint32_t) conf.slots;
    options.up_bytes = (uint32_t) conf.up_ring_bytes;
    options.down_bytes = (uint32_t) conf.down_ring_bytes;
    options.uid = (uid_t) -1;
    options.gid = (gid_t) -1;

    if (desk_segment_attach(&seg, &options, error, sizeof(error)) < 0) {
        (void) fprintf(stderr, "frontdesk-workers: %s\n", error);
        return EXIT_FAILURE;
    }

    if (drain != NULL) {
        rc = EXIT_SUCCESS;
        atomic_store_explicit(&seg.header->draining, strcmp(drain, "on") == 0,
                              memory_order_relaxed);
    } else {
        rc = supervisor_run(&conf, &seg);
    }

    desk_segment_detach(&seg);
    desk_conf_free(&conf);

    return rc;
}

static int
segment_is_there(const desk_conf_t *conf)
{
    int fd;

    fd = shm_open(conf->segment_name, O_RDONLY | O_CLOEXEC, 0);
    if (fd >= 0) {
        (void) close(fd);
    }

    return fd >= 0;
}

/*
 * One supervisor for a state directory. A record lock: it belongs to this
 * process alone, and workers that outlive it do not keep it (fcntl(2)).
 */
static int
lock_state(const desk_conf_t *conf)
{
    int          fd;
    char         path[1024];
    struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

    (void) snprintf(path, sizeof(path), "%s/supervisor.lock",
                    conf->state_dir);

    fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) {
        return -errno;
    }

    return fcntl(fd, F_SETLK, &lock) < 0 ? -errno : 0;
}
