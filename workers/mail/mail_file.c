/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mail/mail_file.h"

#define NAME_BYTES 256

static int write_whole(int fd, const char *text, size_t bytes);

int
mail_file_write(const char *folder, const char *name, const char *text,
                size_t bytes)
{
    int  rc, dir, fd = -1;
    char part[NAME_BYTES];

    if (snprintf(part, sizeof(part), ".%s.%d", name, (int) getpid())
        >= (int) sizeof(part))
    {
        return -ENAMETOOLONG;
    }

    if (mkdir(folder, 0700) < 0 && errno != EEXIST) {
        return -errno;
    }

    dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir < 0) {
        return -errno;
    }

    fd = openat(dir, part,
                O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0) {
        rc = -errno;
        goto done;
    }

    rc = write_whole(fd, text, bytes);
    if (rc == 0 && (fsync(fd) < 0 || renameat(dir, part, dir, name) < 0)) {
        rc = -errno;
    }

    if (rc == 0) {
        (void) fsync(dir);
    } else {
        (void) unlinkat(dir, part, 0);
    }

done:
    if (fd >= 0) {
        (void) close(fd);
    }
    (void) close(dir);

    return rc;
}

static int
write_whole(int fd, const char *text, size_t bytes)
{
    ssize_t n;

    while (bytes > 0) {
        n = write(fd, text, bytes);
        if (n < 0) {
            if (errno == EINTR) {
                continue;
            }
            return -errno;
        }

        text += n;
        bytes -= (size_t) n;
    }

    return 0;
}
