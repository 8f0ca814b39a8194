/* SPDX-License-Identifier: BSD-2-Clause */

#include <dirent.h>

#include "tests/fuzz/fuzz.h"

/*
 * Runs a fuzz target over the files of a folder, without a fuzzer: what was
 * found once, or is worth trying, is tried in every `make test`.
 */

static void replay_file(const char *folder, const char *name);

/* A target without one of its own. */
__attribute__((weak)) int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void) argc;
    (void) argv;

    return 0;
}

int
main(int argc, char **argv)
{
    int            count = 0;
    DIR           *dir;
    struct dirent *entry;

    dir = argc == 2 ? opendir(argv[1]) : NULL;
    if (dir == NULL) {
        (void) fprintf(stderr, "%s: needs a folder of inputs\n", argv[0]);
        return 2;
    }

    FUZZ_CHECK(LLVMFuzzerInitialize(&argc, &argv) == 0);

    while ((entry = readdir(dir)) != NULL) {
        if (entry->d_name[0] != '.') {
            replay_file(argv[1], entry->d_name);
            count++;
        }
    }

    (void) closedir(dir);
    FUZZ_CHECK(count > 0);
    (void) printf("%s: %d inputs\n", argv[1], count);

    return 0;
}

static void
replay_file(const char *folder, const char *name)
{
    long     bytes;
    char     path[1024];
    FILE    *in;
    uint8_t *input;

    (void) snprintf(path, sizeof(path), "%s/%s", folder, name);

    in = fopen(path, "rbe");
    FUZZ_CHECK(in != NULL && fseek(in, 0, SEEK_END) == 0);
    bytes = ftell(in);
    FUZZ_CHECK(bytes >= 0 && fseek(in, 0, SEEK_SET) == 0);

    /* Of its exact size, so that one byte too far is caught. */
    input = malloc((size_t) bytes + (bytes == 0));
    FUZZ_CHECK(input != NULL);
    FUZZ_CHECK(fread(input, 1, (size_t) bytes, in) == (size_t) bytes);
    (void) fclose(in);

    (void) LLVMFuzzerTestOneInput(input, (size_t) bytes);
    free(input);
}
