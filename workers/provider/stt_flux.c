/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <string.h>

#include "provider/stt_stream.h"

/*
 * Deepgram Flux (v2/listen): it finds turns by itself, and tells the text of
 * the whole turn again and again. An utterance is what its caller says it is,
 * and may hold several of the service's turns. A turn ends only while audio
 * comes, so when none comes silence is sent.
 */

#define FLUX_URL "https://api.deepgram.com"
#define FLUX_ENGLISH "flux-general-en"
#define FLUX_OTHERS "flux-general-multi"
#define FLUX_CHUNK (80 * 8)
#define FLUX_TOKENS 500
#define FLUX_ANSWER_MS 700
#define FLUX_NEAR (100 * 8)
/* After a turn that ended so little before there is only silence. */
#define FLUX_OVER (300 * 8)
#define FLUX_GAP_MS 500   /* no audio for so long, within a turn */
#define FLUX_KEEP_MS 4000 /* and outside */
/* A turn that silence does not end in this time has been forgotten. */
#define FLUX_TURN_SILENCE (12 * 8000)

typedef struct {
    stt_stream_t stream; /* first */
    stt_text_t   ended;  /* turns of this utterance that are over */
    stt_text_t   turn;   /* the one that is not */
    stt_text_t   all;
    uint64_t     turn_begins; /* as far as is known */
    uint64_t     heard_to;    /* what it has told of */
    uint64_t     silence;     /* samples of it sent in this turn */
    double       turn_index;  /* of the open one */
    double       sequence;    /* of its last message, this connection */
    double       stale_index; /* a turn begun in an earlier utterance, */
    size_t       stale_bytes; /* and how much of its text was of that */
    unsigned     turn_open:1;
    unsigned     ended_here:1; /* a turn has ended in this utterance */
    unsigned     forced:1;     /* ForceEndTurn was sent, this connection */
    unsigned     no_force:1;   /* and not understood */
} flux_t;

/* What a message says of a turn. */
typedef struct {
    const char *event;
    double      index;
    uint64_t    begins, ends;
} flux_info_t;

static int flux_open(stt_t *stt);
static int flux_address(stt_stream_t *s, pack_t *url, pack_t *header);
static void flux_on_open(stt_stream_t *s);
static void flux_on_begin(stt_stream_t *s);
static void flux_on_rest(stt_stream_t *s);
static uint64_t flux_on_restart(stt_stream_t *s);
static void flux_ask(stt_stream_t *s);
static const char *flux_best(stt_stream_t *s, float *confidence);
static void flux_on_tick(stt_stream_t *s, uint64_t idle_ms);
static void flux_on_message(stt_stream_t *s, const cJSON *message);
static int flux_info(flux_t *f, const cJSON *message, flux_info_t *info);
static void flux_on_turn_info(flux_t *f, const cJSON *message);
static void flux_take(flux_t *f, const cJSON *message,
                      const flux_info_t *info);
static void flux_tell(flux_t *f, const flux_info_t *info);

static const stt_stream_vendor_t flux_vendor = {
    .service = "deepgram_flux",
    .bytes = sizeof(flux_t),
    .answer_ms = FLUX_ANSWER_MS,
    .chunk_samples = FLUX_CHUNK,
    .goodbye = "{\"type\":\"CloseStream\"}",
    .address = flux_address,
    .on_open = flux_on_open,
    .on_message = flux_on_message,
    .ask = flux_ask,
    .best = flux_best,
    .on_restart = flux_on_restart,
    .on_begin = flux_on_begin,
    .on_rest = flux_on_rest,
    .on_tick = flux_on_tick,
};

const stt_provider_t stt_deepgram_flux = {
    .name = "deepgram_flux",
    .open = flux_open,
    .feed = stt_stream_feed,
    .finalize = stt_stream_finalize,
    .begin = stt_stream_begin,
    .rest = stt_stream_rest,
    .close = stt_stream_close,
};

static int
flux_open(stt_t *stt)
{
    if (stt->config->access.key == NULL || stt->config->access.key[0] == '\0') {
        return -EACCES;
    }

    return stt_stream_open(stt, &flux_vendor);
}

static int
flux_address(stt_stream_t *s, pack_t *url, pack_t *header)
{
    char                language[16];
    size_t              n;
    const stt_config_t *c = s->stt->config;
    const char         *model = c->access.model, *key = c->access.key;

    stt_language(language, sizeof(language), c->language);
    if (model == NULL || model[0] == '\0') {
        model = strcmp(language, "en") == 0 ? FLUX_ENGLISH : FLUX_OTHERS;
    }

    pack_url(url, c->access.base_url, FLUX_URL, 1, "/v2/listen?model=");
    pack_query(url, model);
    pack_text(url, "&encoding=mulaw&sample_rate=8000&eot_threshold=0.7"
                   "&eager_eot_threshold=0.5&eot_timeout_ms=5000");

    if (strstr(model, "multi") != NULL) {
        pack_text(url, "&language_hint=");
        pack_query(url, language);
    }

    n = stt_keyterms_within(c->keyterms, c->keyterm_count, FLUX_TOKENS);
    for (size_t i = 0; i < n; i++) {
        if (c->keyterms[i][0] != '\0') {
            pack_text(url, "&keyterm=");
            pack_query(url, c->keyterms[i]);
        }
    }

    pack_text(header, "Authorization: ");
    pack_text(header, strncmp(key, "eyJ", 3) == 0 ? "Bearer " : "Token ");
    pack_text(header, key);
    return 0;
}

/* Ready when it says Connected. */
static void
flux_on_open(stt_stream_t *s)
{
    flux_t *f = (flux_t *) s;

    f->sequence = -1;
    f->forced = 0;
}

static void
flux_on_begin(stt_stream_t *s)
{
    flux_t *f = (flux_t *) s;

    stt_text_clear(&f->ended);
    stt_text_clear(&f->turn);
    f->ended_here = 0;
    f->silence = 0;
}

/* What is said from now on is another turn, where the service lets us say. */
static void
flux_on_rest(stt_stream_t *s)
{
    flux_t *f = (flux_t *) s;

    if (!f->turn_open) {
        return;
    }

    f->stale_index = f->turn_index;
    f->stale_bytes = f->turn.length;
    f->silence = 0;

    if (!f->no_force && s->ready
        && stt_stream_send(s, "{\"type\":\"ForceEndTurn\"}") == 0) {
        f->forced = 1;
    }
}

/* An open turn is heard again as a whole if all of it is still there. */
static uint64_t
flux_on_restart(stt_stream_t *s)
{
    uint64_t from, kept;
    flux_t  *f = (flux_t *) s;

    kept = s->head > STT_STREAM_KEEP ? s->head - STT_STREAM_KEEP : 0;
    from = f->turn_open ? f->turn_begins : f->heard_to;
    from = from > s->from ? from : s->from;

    if (f->turn_open && from < kept) {
        (void) stt_text_add(&f->ended, f->turn.text,
                            stt_text_confidence(&f->turn));
        from = f->heard_to > s->from ? f->heard_to : s->from;
    }

    stt_text_clear(&f->turn);
    f->turn_open = 0;
    f->turn_index = -1;
    f->stale_index = -1;
    f->silence = 0;
    f->heard_to = from;
    return from;
}

/*
 * Nothing has to be sent: it goes on telling. When it has ended a turn and is
 * silent since, there is nothing more to tell.
 */
static void
flux_ask(stt_stream_t *s)
{
    float       confidence;
    const char *text;
    flux_t     *f = (flux_t *) s;

    text = flux_best(s, &confidence);
    if (f->heard_to >= s->asked
        || (f->ended_here && !f->turn_open
            && s->asked - f->heard_to < FLUX_OVER)) {
        stt_stream_answer(s, text, confidence);
    }
}

static const char *
flux_best(stt_stream_t *s, float *confidence)
{
    flux_t *f = (flux_t *) s;

    f->all = f->ended;
    (void) stt_text_add(&f->all, f->turn.text, stt_text_confidence(&f->turn));
    *confidence = stt_text_confidence(&f->all);
    return f->all.text;
}

static void
flux_on_tick(stt_stream_t *s, uint64_t idle_ms)
{
    size_t  n;
    flux_t *f = (flux_t *) s;

    if (f->turn_open && f->silence > FLUX_TURN_SILENCE) {
        f->turn_open = 0;
    }

    if ((f->turn_open || s->waiting) && idle_ms >= FLUX_GAP_MS) {
        n = FLUX_GAP_MS * (FRAME_RATE_HZ / 1000);
        f->silence += n;
    } else if (idle_ms >= FLUX_KEEP_MS) {
        n = FLUX_CHUNK; /* it has no KeepAlive */
    } else {
        return;
    }

    stt_stream_silence(s, n);
}

static void
flux_on_message(stt_stream_t *s, const cJSON *message)
{
    double      sequence;
    flux_t     *f = (flux_t *) s;
    const char *type = json_text(message, "type");

    sequence = json_number(message, "sequence_id", 0, 1e15, -1);
    if (type == NULL || sequence <= f->sequence) {
        stt_stream_refuse(s, "no type, or said before");
        return;
    }

    f->sequence = sequence;
    if (strcmp(type, "Connected") == 0) {
        if (!s->ready) {
            stt_stream_ready(s);
        }
    } else if (strcmp(type, "TurnInfo") == 0) {
        flux_on_turn_info(f, message);
    } else if (strcmp(type, "Error") == 0) {
        f->no_force = f->no_force || f->forced;
        stt_stream_lose(s, &(fault_t){ FAULT_LOST, 0, "it said Error" });
    }
}

static int
flux_info(flux_t *f, const cJSON *message, flux_info_t *info)
{
    double        from, to;
    stt_stream_t *s = &f->stream;

    info->event = json_text(message, "event");
    info->index = json_number(message, "turn_index", 0, 1e9, -1);
    from = json_number(message, "audio_window_start", 0, 1e6, -1);
    to = json_number(message, "audio_window_end", from, 1e6, -1);

    if (info->event == NULL || info->index < 0 || from < 0 || to < 0
        || json_text(message, "transcript") == NULL) {
        return -EINVAL;
    }

    info->begins = stt_stream_place(s, from);
    info->ends = stt_stream_place(s, to);
    if (info->begins > s->sent + FRAME_RATE_HZ) {
        return -EINVAL;
    }

    info->ends = info->ends < s->sent ? info->ends : s->sent;
    return 0;
}

static void
flux_on_turn_info(flux_t *f, const cJSON *message)
{
    stt_stream_t *s = &f->stream;
    flux_info_t   info;

    if (!s->ready || flux_info(f, message, &info) < 0) {
        stt_stream_refuse(s, "no turn");
        return;
    }

    stt_stream_prove(s);
    f->heard_to = info.ends;
    f->turn_index = info.index;

    if (strcmp(info.event, "StartOfTurn") == 0) {
        f->turn_open = 1;
        f->turn_begins = info.begins;
        f->silence = 0;
    }

    if (info.ends <= s->from || s->resting) {
        /* Of what was before. */
        if (strcmp(info.event, "EndOfTurn") == 0) {
            f->turn_open = 0;
        } else if (f->turn_open && s->resting) {
            f->stale_index = info.index;
            f->stale_bytes = strlen(json_text(message, "transcript"));
        }
        return;
    }

    flux_take(f, message, &info);
    flux_tell(f, &info);
}

/* The turn's text is told from its begin each time; not all may be wanted. */
static void
flux_take(flux_t *f, const cJSON *message, const flux_info_t *info)
{
    int           rc;
    float         sure;
    const char   *text;
    stt_stream_t *s = &f->stream;

    rc = stt_stream_text_from(s, &f->all, message, info->begins, info->ends,
                              s->from);

    if (info->index == f->stale_index
        && cJSON_GetObjectItemCaseSensitive(
               cJSON_GetArrayItem(
                   cJSON_GetObjectItemCaseSensitive(message, "words"), 0),
               "start")
               == NULL) {
        /* No word tells its time: what is new is what was added. */
        text = json_text(message, "transcript");
        sure = stt_text_confidence(&f->all);
        stt_text_clear(&f->all);
        rc = strlen(text) > f->stale_bytes
                 ? stt_text_add(&f->all, text + f->stale_bytes, sure)
                 : 0;
    }

    if (rc < 0) {
        stt_stream_refuse(s, "too much text");
        return;
    }

    if (strcmp(info->event, "EndOfTurn") == 0) {
        (void) stt_text_add(&f->ended, f->all.text,
                            stt_text_confidence(&f->all));
        stt_text_clear(&f->turn);
        f->turn_open = 0;
        f->ended_here = 1;
    } else {
        f->turn = f->all;
    }
}

static void
flux_tell(flux_t *f, const flux_info_t *info)
{
    float         confidence;
    uint32_t      utterance;
    const char   *text, *event = info->event;
    stt_stream_t *s = &f->stream;

    text = flux_best(s, &confidence);
    utterance = s->utterance;

    if (s->waiting && !s->ask_due
        && info->ends + (f->turn_open ? FLUX_NEAR : FLUX_OVER) >= s->asked) {
        stt_stream_answer(s, text, confidence);
        if (s->closed || s->utterance != utterance) {
            return;
        }
    }

    if (strcmp(event, "StartOfTurn") == 0) {
        stt_stream_turn(s, STT_TURN_BEGUN, text, confidence);
    } else if (strcmp(event, "EagerEndOfTurn") == 0) {
        stt_stream_turn(s, STT_TURN_EAGER, text, confidence);
    } else if (strcmp(event, "TurnResumed") == 0) {
        stt_stream_turn(s, STT_TURN_RESUMED, text, confidence);
    } else if (strcmp(event, "EndOfTurn") == 0) {
        stt_stream_turn(s, STT_TURN_OVER, text, confidence);
    } else {
        stt_stream_partial(s, text);
    }
}
