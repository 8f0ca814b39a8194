/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef LOAD_CALL_H
#define LOAD_CALL_H

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>

#include "load_meter.h"
#include "load_twilio.h"

/*
 * One call as the carrier makes it: webhook, TwiML, upgrade, connected, start,
 * then a frame every 20 ms, and stop. It plays what it hears in real time, so
 * that marks come back when they are due.
 */

#define LOAD_FRAME_NS UINT64_C(20000000)
#define LOAD_MARKS_MAX 16
#define LOAD_TRIES_MAX 5
#define LOAD_RETRY_NS UINT64_C(2000000000)

typedef enum {
    LOAD_CALL_IDLE,
    LOAD_CALL_ASKING,  /* the webhook is under way */
    LOAD_CALL_OPENING, /* the upgrade is */
    LOAD_CALL_LIVE,
    LOAD_CALL_STOPPING, /* stop was sent: the server closes */
    LOAD_CALL_OVER
} load_call_state_e;

/* Frames whose stamp lies between the two times count, others do not. */
typedef struct {
    uint64_t from_ns;
    uint64_t to_ns;

    uint64_t sent;
    uint64_t received;   /* each one once */
    uint64_t duplicated;
    uint64_t reordered;  /* after one that was sent later */
    uint64_t foreign;    /* another call's */
    uint64_t damaged;    /* not as it was sent */
    uint64_t unsent;     /* the server did not read */
    uint64_t heard;      /* of speech, that nobody has stamped */

    load_histogram_t trip;
    load_histogram_t late; /* of this program itself */
} load_window_t;

/* What all calls share. */
typedef struct {
    int                epoll;
    struct sockaddr_in server;
    load_carrier_t     carrier;
    const char        *raw_url; /* straight to a WebSocket, or NULL */
    const uint8_t     *audio;   /* spoken by all, each its part, or NULL */
    uint32_t           audio_frames;
    load_window_t      window;

    unsigned live;
    unsigned over;
    unsigned retrying; /* were put off, and are asked for again */
    unsigned waiting;  /* have begun, and nobody has answered yet */
    unsigned failed;  /* never came to be */
    unsigned dropped; /* were ended by the server */
    uint64_t marks;   /* sent back */
    uint64_t clears;  /* obeyed */
    char     error[256]; /* the first one */
} load_host_t;

typedef struct {
    uint64_t due_ns;
    char     name[40];
} load_mark_t;

typedef struct {
    load_host_t      *host;
    load_call_state_e state;
    uint32_t          number;
    int               fd;
    uint64_t          due_ns;     /* of the next frame */
    uint64_t          phase_ns;   /* within 20 ms */
    uint64_t          retry_ns;   /* not before, after a failure */
    unsigned          tries;
    unsigned          is_waiting:1; /* nothing was heard yet */

    uint32_t sequence; /* of messages */
    uint32_t frames;   /* that were sent */
    uint32_t heard;    /* the highest number that came back, plus one */
    uint64_t seen;     /* of the 64 numbers below it */

    uint64_t    played_ns; /* until then there is something to play */
    load_mark_t marks[LOAD_MARKS_MAX];
    unsigned    mark_count;

    uint8_t *held; /* what came and is not whole */
    size_t   held_len;
    size_t   held_room;
    char    *unsent; /* what the socket did not take */
    size_t   unsent_len;

    char call_sid[LOAD_SID_BYTES];
    char stream_sid[LOAD_SID_BYTES];
    char accept[32];
    char parameters[1536];
} load_call_t;

void load_call_init(load_call_t *call, load_host_t *host, uint32_t number,
                    uint64_t phase_ns);

/* Begins it. Whether it comes to be, the host's numbers tell. */
void load_call_begin(load_call_t *call);

/* What epoll says. */
void load_call_on_event(load_call_t *call, uint32_t events);

/* Its twenty milliseconds are over: sends a frame, and marks that are due. */
void load_call_tick(load_call_t *call, uint64_t now_ns);

/* Says stop. */
void load_call_stop(load_call_t *call);

/* Closes what is left, without a word. */
void load_call_end(load_call_t *call);

#endif /* LOAD_CALL_H */
