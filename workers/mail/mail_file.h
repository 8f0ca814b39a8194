/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef MAIL_MAIL_FILE_H
#define MAIL_MAIL_FILE_H

#include <stddef.h>

/*
 * Writes a file of that name whole or not at all, over one of the same name,
 * for its owner alone; the folder is made when it is missing. Waits for the
 * disk: not for an event loop. Returns 0 or -errno.
 */
int mail_file_write(const char *folder, const char *name, const char *text,
                    size_t bytes);

#endif /* MAIL_MAIL_FILE_H */
