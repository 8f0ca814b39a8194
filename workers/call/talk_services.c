/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "call/talk_services.h"

/* A model's first word, and every further one. */
#define MODEL_MAX_MS 2500
/* A voice's first byte, and every further one; what bridges a wait is due. */
#define VOICE_MAX_MS 1500
#define VOICE_ASIDE_MAX_MS 1000

typedef struct {
    const char *name;     /* for logs and events */
    const char *embedded; /* is always there */
    const void *(*find)(const char *name);
    int (*open)(talk_t *talk);
} service_kind_t;

static const void *find_stt(const char *name);
static const void *find_llm(const char *name);
static const void *find_tts(const char *name);
static int         open_stt(talk_t *talk);
static int         open_llm(talk_t *talk);
static int         open_tts(talk_t *talk);
static size_t      services_stock(const talk_t *talk, const char **stock);

static const service_kind_t kinds[AGENT_KINDS] = {
    [AGENT_STT] = { "stt", "pocketsphinx", find_stt, open_stt },
    [AGENT_LLM] = { "llm", "builtin", find_llm, open_llm },
    [AGENT_TTS] = { "tts", "flite", find_tts, open_tts },
};

static void services_fill(const talk_t *talk, agent_kind_e kind,
                          ladder_t *ladder);
static provider_access_t *services_access(talk_services_t *s,
                                          agent_kind_e     kind);
static int                services_open_any(talk_t *talk, agent_kind_e kind);
static fault_e            services_fault_of(int rc);
static int  services_fall(talk_t *talk, agent_kind_e kind,
                          const fault_t *fault);
static void services_mend(talk_t *talk, agent_kind_e kind);
static void services_give_up(talk_t *talk, agent_kind_e kind);
static void services_check_model(talk_t *talk, uint64_t now_ms);
static void services_check_voice(talk_t *talk, uint64_t now_ms);
static void services_note(talk_t *talk, agent_kind_e kind, const char *from,
                          const fault_t *fault);
static int  services_say_again(talk_t *talk);
static const char *own_name(const talk_t *talk, agent_kind_e kind);

int
talk_services_open(talk_t *talk)
{
    int              rc;
    unsigned         kind, outside = 0;
    talk_services_t *s;

    s = calloc(1, sizeof(*s));
    if (s == NULL) {
        return -ENOMEM;
    }

    s->voice_ms = uv_now(talk->loop);

    for (kind = 0; kind < AGENT_KINDS; kind++) {
        services_fill(talk, kind, &s->ladders[kind]);
        outside += s->ladders[kind].count > 1;
    }

    talk->services = s;
    ear_keep(&talk->ear, s->ladders[AGENT_STT].count > 1);

    rc = services_open_any(talk, AGENT_TTS);
    if (rc == 0) {
        rc = services_open_any(talk, AGENT_LLM);
    }

    /* Where there is but one of each, there is nothing to choose. */
    if (outside == 0) {
        talk->services = NULL;
        talk->tts.config = &talk->agent->tts;
        talk->reply.llm.config = &talk->agent->llm;
        free(s);
    }

    return rc;
}

int
talk_services_listen(talk_t *talk)
{
    const stt_provider_t *stt;

    if (talk->services != NULL) {
        return services_open_any(talk, AGENT_STT);
    }

    stt = find_stt(own_name(talk, AGENT_STT));
    if (stt == NULL) {
        stt = find_stt(kinds[AGENT_STT].embedded);
    }

    return ear_open(&talk->ear, stt, &talk->agent->stt, talk->loop);
}

void
talk_services_close(talk_t *talk)
{
    unsigned kind;

    ear_close(&talk->ear);

    if (talk->reply_open) {
        reply_close(&talk->reply);
        talk->reply_open = 0;
    }

    if (talk->tts_open) {
        talk->tts.provider->close(&talk->tts);
        talk->tts_open = 0;
    }

    for (kind = 0; kind < AGENT_KINDS && talk->services != NULL; kind++) {
        provider_access_end(services_access(talk->services, kind), NULL);
    }

    free(talk->services);
    talk->services = NULL;
}

static provider_access_t *
services_access(talk_services_t *s, agent_kind_e kind)
{
    provider_access_t *const accesses[AGENT_KINDS] = {
        [AGENT_STT] = &s->stt_config.access,
        [AGENT_LLM] = &s->llm_config.access,
        [AGENT_TTS] = &s->tts_config.access,
    };

    return accesses[kind];
}

int
talk_services_lose(talk_t *talk, agent_kind_e kind, const fault_t *fault)
{
    talk_services_t *s = talk->services;

    if (s == NULL || talk->state == TALK_OVER
        || (!s->lost[kind] && !ladder_has_next(&s->ladders[kind])))
    {
        return 0;
    }

    if (!s->lost[kind]) {
        s->lost[kind] = 1;
        s->faults[kind] = *fault;
        s->faults[kind].reason = "";
        log_warn(talk, "%s of %s is lost: %s", kinds[kind].name,
                 ladder_name(&s->ladders[kind]),
                 fault->reason != NULL ? fault->reason : "");
        desk_count(talk->self, DESK_COUNT_PROVIDER_ERRORS, 1);
    }

    return 1;
}

void
talk_services_tick(talk_t *talk, uint64_t now_ms)
{
    unsigned kind;

    if (talk->services == NULL) {
        return;
    }

    services_check_model(talk, now_ms);
    services_check_voice(talk, now_ms);

    for (kind = 0; kind < AGENT_KINDS; kind++) {
        if (talk->services->lost[kind] && talk->state != TALK_OVER) {
            services_mend(talk, kind);
        }
    }

    if (talk->ear.open && !ear_is_busy(&talk->ear)) {
        talk_services_climb(talk, AGENT_STT);
    }
}

void
talk_services_climb(talk_t *talk, agent_kind_e kind)
{
    talk_services_t *s = talk->services;

    if (s == NULL || s->lost[kind]
        || !ladder_climb(&s->ladders[kind], uv_now(talk->loop)))
    {
        return;
    }

    if (services_open_any(talk, kind) < 0) {
        services_give_up(talk, kind);
    }
}

void
talk_services_heard_of(talk_t *talk, agent_kind_e kind)
{
    if (talk->services != NULL && !talk->services->lost[kind]) {
        ladder_hold(&talk->services->ladders[kind]);
    }
}

int
talk_services_model_is_outside(const talk_t *talk)
{
    return talk->services != NULL
           && ladder_has_next(&talk->services->ladders[AGENT_LLM]);
}

/* Those that exist, each once, whatever it is called. */
static void
services_fill(const talk_t *talk, agent_kind_e kind, ladder_t *ladder)
{
    size_t      i, count;
    const void *embedded, *found;
    const char *names[AGENT_LIST_MAX + 1];

    embedded = kinds[kind].find(kinds[kind].embedded);
    names[0] = own_name(talk, kind);
    count = 1 + agent_alternates(talk->agent, kind, names + 1);
    ladder_init(ladder);

    for (i = 0; i < count; i++) {
        found = kinds[kind].find(names[i]);
        if (found == embedded && found != NULL) {
            break; /* nothing comes after it */
        }
        if (found != NULL) {
            (void) ladder_add(ladder, names[i]);
        }
    }

    (void) ladder_add(ladder, kinds[kind].embedded);
}

/* The one in use, or whoever below it can be opened. */
static int
services_open_any(talk_t *talk, agent_kind_e kind)
{
    int     rc;
    fault_t fault = { FAULT_LOST, 0, "" };

    for (;;) {
        rc = kinds[kind].open(talk);
        if (rc == 0) {
            return 0;
        }

        fault.kind = services_fault_of(rc);
        if (services_fall(talk, kind, &fault) < 0) {
            return rc;
        }
    }
}

/* Of who cannot even be opened. */
static fault_e
services_fault_of(int rc)
{
    switch (rc) {

    case -EACCES:
    case -EINVAL:
    case -ENOENT:
    case -ENOKEY:
        return FAULT_REFUSED;

    case -EBUSY:
        return FAULT_BUSY;

    default:
        return FAULT_LOST;
    }
}

static int
services_fall(talk_t *talk, agent_kind_e kind, const fault_t *fault)
{
    int         rc;
    ladder_t   *ladder = &talk->services->ladders[kind];
    const char *from = ladder_name(ladder);

    provider_access_end(services_access(talk->services, kind), fault);
    rc = ladder_fall(ladder, fault, uv_now(talk->loop));
    if (rc == 0) {
        services_note(talk, kind, from, fault);
    }

    return rc;
}

static void
services_mend(talk_t *talk, agent_kind_e kind)
{
    talk_services_t *s = talk->services;

    s->lost[kind] = 0;

    if (services_fall(talk, kind, &s->faults[kind]) < 0
        || services_open_any(talk, kind) < 0)
    {
        services_give_up(talk, kind);
        return;
    }

    if (kind == AGENT_TTS && services_say_again(talk) < 0) {
        services_give_up(talk, kind);
    }
}

/* Not even the embedded one: what nobody does is not waited for. */
static void
services_give_up(talk_t *talk, agent_kind_e kind)
{
    log_error(talk, "no %s is left", kinds[kind].name);

    switch (kind) {

    case AGENT_LLM:
        reply_fail(&talk->reply, "no model is left");
        return;

    case AGENT_STT:
        talk_helpless(talk, "recognizer_failed");
        return;

    case AGENT_TTS:
    case AGENT_KINDS:
        talk_helpless(talk, "voice_failed");
        return;
    }
}

static void
services_check_model(talk_t *talk, uint64_t now_ms)
{
    uint64_t since = reply_waits_since(&talk->reply);

    if (since != 0 && now_ms > since + MODEL_MAX_MS
        && talk_services_lose(talk, AGENT_LLM,
                              &(fault_t){ FAULT_LOST, 0, "too slow" }))
    {
        talk->reply.lost = 1;
    }
}

/* Since it was asked, or gave something last, or had nothing to give. */
static void
services_check_voice(talk_t *talk, uint64_t now_ms)
{
    uint32_t awaited = playout_awaited(&talk->playout);
    uint64_t most = VOICE_MAX_MS;

    if (awaited == 0 || !talk->speech.live) {
        talk->services->voice_ms = now_ms;
        return;
    }

    if (playout_is_aside(&talk->playout, awaited)) {
        most = VOICE_ASIDE_MAX_MS;
    }

    if (now_ms > talk->services->voice_ms + most) {
        (void) talk_services_lose(talk, AGENT_TTS,
                                  &(fault_t){ FAULT_LOST, 0, "too slow" });
    }
}

/* Who looks at a call later finds what it was without, and since when. */
static void
services_note(talk_t *talk, agent_kind_e kind, const char *from,
              const fault_t *fault)
{
    static const char *const faults[] = { "lost", "busy", "refused",
                                          "invalid" };
    char data[256];

    (void) snprintf(data, sizeof(data),
                    "{\"kind\":\"%s\",\"from\":\"%.60s\",\"to\":\"%.60s\","
                    "\"fault\":\"%s\"}",
                    kinds[kind].name, from,
                    ladder_name(&talk->services->ladders[kind]),
                    faults[fault->kind]);
    (void) store_event(talk->store, "provider.lost", data);
}

/*
 * What the voice before did not say. The new one may give its audio, or fail,
 * before say() returns: what is to be said is settled before it is asked.
 */
static int
services_say_again(talk_t *talk)
{
    int         count, rc = 0;
    size_t      length;
    uint32_t    request, last;
    const char *text;

    if (!talk->speech.live) {
        return 0;
    }

    request = talk->request + 1;
    count = playout_renew(&talk->playout, request);
    if (count < 0) {
        return count;
    }

    talk->services->voice_ms = uv_now(talk->loop);
    talk->request += (uint32_t) count;
    last = talk->request;

    for (/* void */; request <= last && rc == 0; request++) {
        text = playout_text(&talk->playout, request, &length);
        if (text == NULL || talk->state == TALK_OVER) {
            break;
        }
        rc = talk->tts.provider->say(&talk->tts, request, text, length);
    }

    if (rc < 0
        && talk_services_lose(talk, AGENT_TTS,
                              &(fault_t){ FAULT_LOST, 0, strerror(-rc) }))
    {
        return 0; /* at the next tick */
    }

    if (rc < 0) {
        talk_speech_give_up(talk);
    }

    return 0;
}

static const char *
own_name(const talk_t *talk, agent_kind_e kind)
{
    switch (kind) {
    case AGENT_STT:
        return talk->agent->stt_provider;
    case AGENT_LLM:
        return talk->agent->llm_provider;
    case AGENT_TTS:
    case AGENT_KINDS:
        break;
    }

    return talk->agent->tts_provider;
}

static const void *
find_stt(const char *name)
{
    return stt_provider_find(name);
}

static const void *
find_llm(const char *name)
{
    return llm_provider_find(name);
}

static const void *
find_tts(const char *name)
{
    return tts_provider_find(name);
}

static int
open_stt(talk_t *talk)
{
    int              rc;
    talk_services_t *s = talk->services;
    const char      *name = ladder_name(&s->ladders[AGENT_STT]);

    talk_measure_ear(talk); /* of the one before */
    s->recognizer = NULL;
    s->counted_samples = 0;

    provider_access_end(&s->stt_config.access, NULL);
    s->stt_config = talk->agent->stt;
    rc = agent_access(talk->agent, AGENT_STT, name, &s->stt_config.access);
    if (rc < 0) {
        return rc;
    }

    s->recognizer = name;

    if (talk->ear.stt.provider == NULL) {
        return ear_open(&talk->ear, find_stt(name), &s->stt_config,
                        talk->loop);
    }

    return ear_change(&talk->ear, find_stt(name), &s->stt_config,
                      uv_now(talk->loop));
}

static int
open_llm(talk_t *talk)
{
    int              rc;
    talk_services_t *s = talk->services;
    const char      *name = ladder_name(&s->ladders[AGENT_LLM]);

    provider_access_end(&s->llm_config.access, NULL);
    s->llm_config = talk->agent->llm;
    rc = agent_access(talk->agent, AGENT_LLM, name, &s->llm_config.access);
    if (rc < 0) {
        return rc;
    }

    if (talk->reply_open) {
        return reply_change(&talk->reply, find_llm(name), &s->llm_config);
    }

    rc = reply_open(&talk->reply, find_llm(name), &s->llm_config, talk->loop,
                    &talk->context, talk->store, &talk_answer_reply_events,
                    talk);
    talk->reply_open = rc == 0;

    return rc;
}

static int
open_tts(talk_t *talk)
{
    int              rc;
    talk_services_t *s = talk->services;
    const char      *name = ladder_name(&s->ladders[AGENT_TTS]);

    if (talk->tts_open) {
        talk->tts_open = 0;
        talk->tts.provider->close(&talk->tts);
    }

    provider_access_end(&s->tts_config.access, NULL);
    s->tts_config = talk->agent->tts;
    s->tts_config.stock = s->stock;
    s->tts_config.stock_count = services_stock(talk, s->stock);
    rc = agent_access(talk->agent, AGENT_TTS, name, &s->tts_config.access);
    if (rc < 0) {
        return rc;
    }

    /* A voice's name is of the agent's own service, and of no other. */
    if (strcmp(name, own_name(talk, AGENT_TTS)) != 0) {
        s->tts_config.voice = "";
    }

    memset(&talk->tts, 0, sizeof(talk->tts));
    talk->tts.provider = find_tts(name);
    talk->tts.events = &talk_speech_tts_events;
    talk->tts.data = talk;
    talk->tts.config = &s->tts_config;
    talk->tts.loop = talk->loop;

    rc = talk->tts.provider->open(&talk->tts);
    talk->tts_open = rc == 0;

    return rc;
}

/* Each as it is handed to say(). */
static size_t
services_stock(const talk_t *talk, const char **stock)
{
    size_t count = 0;
    int    phrase;

    if (talk->agent->greeting[0] != '\0') {
        stock[count++] = talk->agent->greeting;
    }

    for (phrase = 0; phrase < PHRASE_COUNT; phrase++) {
        stock[count++] = talk_phrase(talk, (phrase_e) phrase);
    }

    return count;
}
