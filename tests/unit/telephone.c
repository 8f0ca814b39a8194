/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "provider/stt_front.h"
#include "speech/telephone.h"

#define MODEL "/usr/share/pocketsphinx/model/en-us/en-us"
#define HEAD_BYTES 23 /* "s3\nversion 1.0\nendhdr\n" and its end */

/* A sound equally loud everywhere has but one cepstrum, on any line. */
static void
loudness_stays_loudness(void **state)
{
    stt_front_t    *front;
    stt_front_map_t map;

    (void) state;
    assert_int_equal(stt_front_create(&front, MODEL), 0);
    stt_front_map(front, &map);
    stt_front_destroy(front);

    assert_true(map.matrix[0][0] > 0.5 && map.matrix[0][0] <= 1.0);
    for (int i = 1; i < STT_CEPSTRA; i++) {
        assert_true(fabs(map.matrix[i][0]) < 1e-9);
    }

    for (int i = 0; i < STT_CEPSTRA; i++) {
        assert_true(map.stray[i] > 0.0);
    }
}

static void
check_file(const char *folder, const char *name, int is_positive)
{
    char     path[256];
    FILE    *file;
    float    value;
    size_t   count = 0;
    uint32_t head[8];

    (void) snprintf(path, sizeof(path), "%s/%s", folder, name);
    file = fopen(path, "re");
    assert_non_null(file);
    assert_int_equal(fseek(file, HEAD_BYTES - 1, SEEK_SET), 0);
    assert_int_equal(fread(head, sizeof(head), 1, file), 1);
    assert_int_equal(head[0], 0x11223344);

    while (fread(&value, sizeof(value), 1, file) == 1) {
        assert_true(isfinite(value) && (!is_positive || value > 0.0f));
        count++;
    }

    assert_int_equal(count, head[7]);
    assert_int_equal(count, head[1] * head[2] * head[3] * STT_CEPSTRA);
    (void) fclose(file);
    (void) unlink(path);
}

static void
the_model_is_written_whole(void **state)
{
    char folder[] = "/tmp/frontdesk-telephone-XXXXXX";

    (void) state;
    assert_non_null(mkdtemp(folder));
    assert_int_equal(telephone_build(MODEL, folder), 0);
    check_file(folder, "means", 0);
    check_file(folder, "variances", 1);
    assert_int_equal(rmdir(folder), 0);
}

static void
no_model_or_no_room_is_said(void **state)
{
    (void) state;
    assert_true(telephone_build("/nonexistent", "/tmp") < 0);
    assert_int_equal(telephone_build(MODEL, "/nonexistent"), -ENOENT);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loudness_stays_loudness),
        cmocka_unit_test(the_model_is_written_whole),
        cmocka_unit_test(no_model_or_no_room_is_said),
    };

    return cmocka_run_group_tests_name("telephone", tests, NULL, NULL);
}
