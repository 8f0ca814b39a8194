/* SPDX-License-Identifier: BSD-2-Clause */

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "tests/fuzz/desk_model.h"

/*
 * The segment with any of its words damaged, while calls come, speak and end,
 * and processes die: no access out of bounds, no endless loop, no word of
 * another call's rings or card read for this one; and with one word damaged no
 * call ever hears another one.
 *
 * Input: a byte (0: a header is damaged and attached; else bits say how many
 * calls there are already), then operations: what, whom, and what they need.
 */

#define ACTORS       (2 * MODEL_ACTORS + 1)
#define OPERATIONS   400
#define RINGS_BYTES  (MODEL_SLOTS * (MODEL_UP_BYTES + MODEL_DOWN_BYTES))

/* As it is before each input. */
static model_t  fresh;
static uint8_t *image;
static size_t   image_bytes; /* up to the RPC lane; then heads, then rings */

static void model_create(void);
static void model_history(void);
static void model_save(void);
static void model_restore(void);
static void operate(fuzz_input_t *in);
static void operate_process(unsigned whom, uint64_t what);
static void damage(fuzz_input_t *in);
static _Atomic uint64_t *damage_place(unsigned area, size_t at);
static void attach(fuzz_input_t *in);
static uint64_t header_checksum(const desk_header_t *h);

/*
 * By a damaged pid somebody else might be hit. None may be who has another
 * start time, but by chance.
 */
int
pidfd_send_signal(int fd, int number, siginfo_t *info, unsigned flags)
{
    (void) fd;
    (void) number;
    (void) info;
    (void) flags;

    return 0;
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void) argc;
    (void) argv;

    model_create();
    model_history();
    model_save();

    return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *input, size_t bytes)
{
    unsigned     choices;
    uint32_t     i;
    fuzz_input_t in = { input, bytes };

    choices = (unsigned) fuzz_take(&in, 1);
    if (choices == 0) {
        attach(&in);
        return 0;
    }

    model_restore();

    for (i = 0; i < (choices & 3); i++) {
        nginx_claim(&model.nginx[i % MODEL_ACTORS], MODEL_UP_BYTES);
    }

    for (i = 0; i < OPERATIONS && in.bytes > 0; i++) {
        operate(&in);
    }

    for (i = 0; i < MODEL_ACTORS; i++) {
        worker_turn(&model.workers[i], 160);
        nginx_turn(&model.nginx[i]);
    }

    return 0;
}

static void
model_create(void)
{
    int                    rc;
    char                   name[64], error[256];
    uint32_t               i;
    desk_segment_options_t options = { name, MODEL_SLOTS, MODEL_UP_BYTES,
                                       MODEL_DOWN_BYTES, (uid_t) -1,
                                       (gid_t) -1 };

    (void) snprintf(name, sizeof(name), "/desk-fuzz-%d", (int) getpid());
    rc = desk_segment_attach(&model.seg, &options, error, sizeof(error));
    FUZZ_CHECK(rc == 0 && desk_segment_unlink(name) == 0);

    rc = desk_process_enter(&model.seg, DESK_KIND_SUPERVISOR,
                            &model.supervisor);
    FUZZ_CHECK(rc == 0);
    FUZZ_CHECK(desk_doorbell_open(&model.bell, &model.seg, &model.supervisor)
               == 0);

    for (i = 0; i < MODEL_ACTORS; i++) {
        rc = desk_process_enter(&model.seg, DESK_KIND_NGINX,
                                &model.nginx[i].self);
        FUZZ_CHECK(rc == 0);
        (void) desk_process_set_life(&model.nginx[i].self, DESK_LIFE_UP);
        rc = desk_process_enter(&model.seg, DESK_KIND_AI,
                                &model.workers[i].self);
        FUZZ_CHECK(rc == 0);
        (void) desk_process_set_life(&model.workers[i].self, DESK_LIFE_UP);
    }
}

/* Every ring was used by a call before, and is full of what it said. */
static void
model_history(void)
{
    uint32_t i, j;

    model_none();

    for (i = 0; i < MODEL_SLOTS; i++) {
        nginx_claim(&model.nginx[0], MODEL_UP_BYTES);
    }

    for (j = 0; j < 100; j++) {
        for (i = 0; i < MODEL_SLOTS; i++) {
            stream_speak(&model.nginx[0], &model.nginx[0].streams[i], 160);
        }

        for (i = 0; i < MODEL_ACTORS; i++) {
            worker_turn(&model.workers[i], 160);
        }

        nginx_turn(&model.nginx[0]);
    }

    for (i = 0; i < MODEL_SLOTS; i++) {
        FUZZ_CHECK(model.nginx[0].streams[i].open);
        stream_hang_up(&model.nginx[0], &model.nginx[0].streams[i]);
    }

    for (i = 0; i < MODEL_ACTORS; i++) {
        worker_turn(&model.workers[i], 0);
    }

    FUZZ_CHECK(desk_slot_free_count(&model.seg) == MODEL_SLOTS);
}

static void
model_save(void)
{
    uint32_t i;
    uint8_t *to;

    model_all();
    fresh = model;
    image_bytes = (size_t) ((uint8_t *) model.seg.rpc
                            - (uint8_t *) model.seg.header);
    image = malloc(image_bytes + DESK_RPC_COUNT * DESK_LINE + RINGS_BYTES);
    FUZZ_CHECK(image != NULL);

    memcpy(image, model.seg.header, image_bytes);
    to = image + image_bytes;

    for (i = 0; i < DESK_RPC_COUNT; i++, to += DESK_LINE) {
        memcpy(to, &model.seg.rpc[i], DESK_LINE);
    }

    memcpy(to, model.seg.rings, RINGS_BYTES);
}

static void
model_restore(void)
{
    uint32_t       i;
    const uint8_t *from = image + image_bytes;

    model_all();
    model = fresh;
    memcpy(model.seg.header, image, image_bytes);

    for (i = 0; i < DESK_RPC_COUNT; i++, from += DESK_LINE) {
        memcpy(&model.seg.rpc[i], from, DESK_LINE);
    }

    memcpy(model.seg.rings, from, RINGS_BYTES);
    model_none();

    for (i = 0; i < MODEL_ACTORS; i++) {
        FUZZ_CHECK(desk_process_beat(&model.nginx[i].self) == 0);
        FUZZ_CHECK(desk_process_beat(&model.workers[i].self) == 0);
    }
}

static void
operate(fuzz_input_t *in)
{
    uint64_t        what = fuzz_take(in, 1);
    unsigned        whom = (unsigned) fuzz_take(in, 1);
    model_nginx_t  *n = &model.nginx[whom % MODEL_ACTORS];
    model_worker_t *w = &model.workers[whom % MODEL_ACTORS];
    model_stream_t *s = &n->streams[whom / MODEL_ACTORS % MODEL_SLOTS];

    switch (what % 12) {
    case 0:
        damage(in);
        break;
    case 1:
        nginx_claim(n, whom & 128 ? DESK_LINE * 128 : MODEL_UP_BYTES);
        break;
    case 2:
        stream_speak(n, s, (uint32_t) fuzz_take(in, 2));
        break;
    case 3:
    case 4:
        worker_turn(w, (uint32_t) fuzz_take(in, 2));
        break;
    case 5:
    case 6:
        nginx_turn(n);
        break;
    case 7:
        stream_hang_up(n, s);
        break;
    case 8:
        worker_look(w, whom / MODEL_ACTORS % MODEL_SLOTS, whom & 128);
        break;
    case 9:
        model_bury(whom % 64 % (ACTORS + 1), whom & 128);
        break;
    case 10:
        nginx_ask(n, (uint32_t) fuzz_take(in, 2));
        break;
    default:
        operate_process(whom, what / 12);
        break;
    }
}

static void
operate_process(unsigned whom, uint64_t what)
{
    uint32_t        i, index = 0;
    desk_process_t *self;

    self = whom & 1 ? &model.nginx[whom / 2 % MODEL_ACTORS].self
                    : &model.workers[whom / 2 % MODEL_ACTORS].self;

    switch (what % 6) {
    case 0:
        if (desk_process_beat(self) < 0) {
            model_replace(self->index);
        }
        break;
    case 1:
        (void) desk_process_set_life(self, what & 8 ? DESK_LIFE_DRAINING
                                                    : DESK_LIFE_UP);
        break;
    case 2:
        for (i = 0; i < DESK_COUNTER_COUNT; i++) {
            (void) desk_counter_sum(&model.seg, (desk_counter_e) i);
        }

        FUZZ_CHECK(desk_slot_free_count(&model.seg) <= MODEL_SLOTS);
        break;
    case 3:
        if (desk_process_pick(&model.seg, DESK_KIND_AI, &index) == 0) {
            FUZZ_CHECK(index < DESK_PROCESS_COUNT);
        }
        break;
    case 4:
        desk_count(self, DESK_COUNT_CALLS, 1);
        desk_process_take_in_hand(self, (int) (whom % MODEL_SLOTS));
        break;
    default:
        desk_process_leave(&model.seg, self);
        model_replace(self->index);
        break;
    }
}

/* One word, anywhere. */
static void
damage(fuzz_input_t *in)
{
    size_t            at;
    unsigned          area, how;
    uint64_t          word;
    _Atomic uint64_t *place;

    area = (unsigned) fuzz_take(in, 1);
    at = (size_t) fuzz_take(in, 2);
    how = (unsigned) fuzz_take(in, 1);

    model_all();
    place = damage_place(area, at);
    word = atomic_load(place);

    switch (how % 5) {
    case 0:
        word = fuzz_take(in, 8);
        break;
    case 1:
        word ^= UINT64_C(1) << how / 5 % 64;
        break;
    case 2:
        word += (uint64_t) (int64_t) (int16_t) fuzz_take(in, 2);
        break;
    case 3:
        word = how & 128 ? UINT64_MAX : 0;
        break;
    default:
        word = (word & ~(UINT64_C(0xffff) << how / 5 % 4 * 16))
               | fuzz_take(in, 2) << how / 5 % 4 * 16;
        break;
    }

    /* Speech of a call is only what that call said. */
    if ((uint8_t *) place >= model.seg.rings && MODEL_IS_WORD(word)) {
        word = 0;
    }

    atomic_store(place, word);
    model.damages++;
    model_none();
}

static _Atomic uint64_t *
damage_place(unsigned area, size_t at)
{
    uint8_t *start;
    size_t   bytes;

    /* What matters most is a small part of it all. */
    switch (area % 8) {
    case 0:
        start = (uint8_t *) model.seg.header;
        bytes = sizeof(desk_header_t);
        break;
    case 1:
        start = (uint8_t *) &model.seg.processes[area / 8 % (ACTORS + 1)];
        bytes = DESK_LINE;
        break;
    case 2:
        start = (uint8_t *) model.seg.ready;
        bytes = (size_t) ACTORS * model.seg.ready_words * sizeof(uint64_t);
        break;
    case 3:
        start = (uint8_t *) model.seg.states;
        bytes = MODEL_SLOTS * sizeof(uint64_t);
        break;
    case 4:
        start = (uint8_t *) &model.seg.slots[area / 8 % MODEL_SLOTS];
        bytes = sizeof(desk_slot_shared_t);
        break;
    case 5:
        start = (uint8_t *) &model.seg.rpc[area / 8 % DESK_RPC_COUNT];
        bytes = DESK_LINE;
        break;
    case 6:
        start = (uint8_t *) model.seg.rings;
        bytes = RINGS_BYTES;
        break;
    default:
        start = (uint8_t *) model.seg.header;
        bytes = image_bytes;
        break;
    }

    at = at % (bytes / sizeof(uint64_t)) * sizeof(uint64_t);

    return (_Atomic uint64_t *) (void *) (start + at);
}

/*
 * A header as it may be found: attached, or refused with a sentence. What is
 * attached lies within what there is.
 */
static void
attach(fuzz_input_t *in)
{
    int            fd, rc;
    char           name[64], error[256] = "";
    size_t         at, size;
    unsigned       choices;
    desk_header_t  h;
    desk_segment_t seg;

    desk_segment_options_t options = { name, MODEL_SLOTS, MODEL_UP_BYTES,
                                       MODEL_DOWN_BYTES, (uid_t) -1,
                                       (gid_t) -1 };

    memcpy(&h, image, sizeof(h));
    choices = (unsigned) fuzz_take(in, 1);
    size = choices & 1 ? (size_t) fuzz_take(in, 3) : (size_t) h.total_bytes;

    while (in->bytes > 0) {
        at = (size_t) fuzz_take(in, 1) % (sizeof(h) / sizeof(uint64_t));
        memcpy((uint8_t *) &h + at * sizeof(uint64_t),
               &(uint64_t){ fuzz_take(in, 8) }, sizeof(uint64_t));
    }

    if (choices & 2) {
        h.checksum = header_checksum(&h);
    }

    (void) snprintf(name, sizeof(name), "/desk-fuzz-a-%d", (int) getpid());
    fd = shm_open(name, O_RDWR | O_CREAT | O_TRUNC, 0600);
    FUZZ_CHECK(fd >= 0 && pwrite(fd, &h, sizeof(h), 0) == sizeof(h)
               && ftruncate(fd, (off_t) size) == 0);
    (void) close(fd);

    rc = desk_segment_check(name, error, sizeof(error));
    FUZZ_CHECK(rc == 0 || (rc == -EPROTO && error[0] != '\0'));

    error[0] = '\0';
    rc = desk_segment_attach(&seg, &options, error, sizeof(error));
    (void) desk_segment_unlink(name);

    if (rc < 0) {
        FUZZ_CHECK(error[0] != '\0' && seg.header == NULL && seg.fd == -1);
        return;
    }

    FUZZ_CHECK(seg.rings
                   + (size_t) seg.slot_count
                         * ((size_t) seg.up_bytes + seg.down_bytes)
               == (uint8_t *) seg.header + seg.total_bytes);
    FUZZ_CHECK((uint8_t *) &seg.rpc[DESK_RPC_COUNT] <= seg.rings);
    FUZZ_CHECK(desk_slot_free_count(&seg) <= seg.slot_count);
    desk_segment_detach(&seg);
}

static uint64_t
header_checksum(const desk_header_t *h)
{
    size_t         i;
    uint64_t       sum = 0xcbf29ce484222325ULL;
    const uint8_t *p = (const uint8_t *) h;

    for (i = 0; i < offsetof(desk_header_t, checksum); i++) {
        sum = (sum ^ p[i]) * 0x100000001b3ULL;
    }

    return sum;
}
