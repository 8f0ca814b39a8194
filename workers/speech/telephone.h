/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef SPEECH_TELEPHONE_H
#define SPEECH_TELEPHONE_H

/*
 * Writes `means` and `variances` into the folder `output`: those of the
 * model in the folder `acoustic`, as a telephone line lets them through.
 * Returns 0, or a negative errno with a word on standard error.
 */
int telephone_build(const char *acoustic, const char *output);

#endif /* SPEECH_TELEPHONE_H */
