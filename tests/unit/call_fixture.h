/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef CALL_FIXTURE_H
#define CALL_FIXTURE_H

/* A caller's line: a leg in a segment of its own, and nginx's end of it. */

#include "desk_fixture.h"

#include "call/leg.h"

#define LINE_MARKS 64

typedef struct {
    desk_segment_t     seg;
    desk_process_t     boss, ngx, ai;
    desk_doorbell_t    bell;
    desk_slot_t        slot; /* nginx's */
    desk_ring_writer_t up;
    desk_ring_reader_t down;
    leg_t              leg;
    desk_bells_t       bells;

    /* What came down the line so far. */
    uint8_t  audio[1 << 20];
    size_t   samples;
    unsigned clears;
    uint32_t marks[LINE_MARKS];
    size_t   marked[LINE_MARKS]; /* samples before it */
    unsigned mark_count;
    char     order[4096]; /* a letter a record: a run of a's is one */
} line_t;

static inline desk_process_t
line_enter(line_t *line, desk_kind_e kind)
{
    desk_process_t self;

    assert_int_equal(desk_process_enter(&line->seg, kind, &self), 0);
    assert_int_equal(desk_process_set_life(&self, DESK_LIFE_UP), 0);

    return self;
}

static inline void
line_open(line_t *line, uint32_t down_bytes)
{
    desk_card_t card;

    memset(line, 0, sizeof(*line));
    memset(&card, 0, sizeof(card));
    (void) strcpy(card.call_id, "00000000-0000-4000-8000-000000000001");

    fixture_segment(&line->seg, "line", 2, 16384, down_bytes);
    line->boss = line_enter(line, DESK_KIND_SUPERVISOR);
    line->ngx = line_enter(line, DESK_KIND_NGINX);
    line->ai = line_enter(line, DESK_KIND_AI);
    assert_int_equal(desk_doorbell_open(&line->bell, &line->seg, &line->boss),
                     0);
    assert_int_equal(desk_slot_claim(&line->seg, &line->ngx, &card, 16384,
                                     down_bytes, &line->slot),
                     0);
    assert_int_equal(desk_slot_ngx_rings(&line->seg, &line->slot, &line->up,
                                         &line->down),
                     0);
    assert_int_equal(leg_open(&line->leg, &line->seg, &line->ai,
                              line->slot.index, &line->bells),
                     0);
}

static inline void
line_close(line_t *line)
{
    leg_close(&line->leg);
    desk_doorbell_close(&line->bell);
    desk_segment_detach(&line->seg);
}

static inline void
line_note(line_t *line, char what)
{
    size_t n = strlen(line->order);

    if (n + 1 < sizeof(line->order)
        && !(what == 'a' && n > 0 && line->order[n - 1] == 'a'))
    {
        line->order[n] = what;
        line->order[n + 1] = '\0';
    }
}

/* As nginx does when it is rung. */
static inline void
line_read(line_t *line)
{
    int           rc;
    desk_record_t record;

    while ((rc = desk_ring_next(&line->down, &record, NULL)) > 0) {
        switch (record.type) {

        case DESK_RECORD_AUDIO:
            assert_true(line->samples + record.length
                        <= sizeof(line->audio));
            memcpy(line->audio + line->samples, record.data, record.length);
            line->samples += record.length;
            line_note(line, 'a');
            break;

        case DESK_RECORD_MARK:
            assert_int_equal(record.length, 4);
            assert_true(line->mark_count < LINE_MARKS);
            line->marked[line->mark_count] = line->samples;
            memcpy(&line->marks[line->mark_count++], record.data, 4);
            line_note(line, 'm');
            break;

        case DESK_RECORD_CLEAR:
            line->clears++;
            line_note(line, 'c');
            break;

        default:
            line_note(line, '?');
        }
    }

    assert_int_equal(rc, 0);
    desk_ring_release(&line->down);
}

/* The worker is declared dead, and its call is given to another. */
static inline void
line_give_away(line_t *line)
{
    uint32_t left;

    (void) line_enter(line, DESK_KIND_AI);
    assert_true(desk_process_bury(&line->seg, line->ai.index,
                                  line->ai.generation));
    assert_int_equal(desk_slot_give_away(&line->seg, line->ai.index,
                                         &line->bell, &left),
                     1);
    assert_int_equal(left, 0);
}

#endif /* CALL_FIXTURE_H */
