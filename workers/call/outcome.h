/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef CALL_OUTCOME_H
#define CALL_OUTCOME_H

#include <stddef.h>

/*
 * Adds to a call's summary what a tool did, in a sentence for the owner.
 * What did not succeed, and what was only looked up, once or not at all.
 */
void outcome_note(char *summary, size_t room, const char *tool,
                  const char *args, const char *result);

#endif /* CALL_OUTCOME_H */
