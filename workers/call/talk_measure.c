/* SPDX-License-Identifier: BSD-2-Clause */

#include <stdlib.h>

#include <cjson/cJSON.h>

#include "call/talk_services.h"
#include "shm/desk_histogram.h"

/* What a talk tells of itself: times, traces, and what it has spent. */

static void measure_part(talk_t *talk, desk_stage_e stage, const char *name,
                         uint64_t from, uint64_t to, const char *provider);
static const char *measure_provider(const talk_t *talk, agent_kind_e kind);

void
talk_measure_open(talk_t *talk)
{
    trace_options_t      options;
    uint64_t             now = uv_now(talk->loop);
    const agent_reach_t *reach = talk->agent->reach;

    if (reach == NULL || reach->conf == NULL || reach->net == NULL
        || reach->conf->otlp_url[0] == '\0')
    {
        return;
    }

    options.net = reach->net;
    options.url = reach->conf->otlp_url;
    options.header = reach->conf->otlp_header;
    options.node = reach->conf->node_name;
    options.call_id = talk->store->call_id;

    if (trace_open(&talk->trace, &options, now, now) < 0) {
        log_warn(talk, "there will be no trace of it");
    }
}

void
talk_measure_close(talk_t *talk)
{
    const trace_value_t values[] = {
        { "frontdesk.client_id", talk->agent->client_id, 0 },
        { "frontdesk.turns", NULL, talk->turns->seq },
    };

    talk_measure_spent(talk);

    if (talk->trace != NULL) {
        trace_close(talk->trace, uv_now(talk->loop), values, 2);
        talk->trace = NULL;
    }
}

/*
 * Of an answer whose first frame has gone out; recognition that ran while
 * silence was waited for is told as it was, not what of it was beyond.
 */
void
talk_measure_speech(talk_t *talk, uint64_t now_ms)
{
    const turn_times_t *t = &talk->speech.times;

    if (t->voice_end == 0 || t->first_frame == 0) {
        return;
    }

    measure_part(talk, DESK_STAGE_ENDPOINT, "endpointing", t->voice_end,
                 t->decided, NULL);
    measure_part(talk, DESK_STAGE_STT, "stt", t->asked, t->answered,
                 measure_provider(talk, AGENT_STT));
    measure_part(talk, DESK_STAGE_TOKEN, "first_token", t->decided, t->token,
                 measure_provider(talk, AGENT_LLM));
    measure_part(talk, DESK_STAGE_SENTENCE, "first_sentence", t->decided,
                 t->sentence, measure_provider(talk, AGENT_LLM));
    measure_part(talk, DESK_STAGE_AUDIO, "first_audio", t->sentence, t->audio,
                 measure_provider(talk, AGENT_TTS));
    measure_part(talk, DESK_STAGE_FRAME, "first_frame", t->audio,
                 t->first_frame, NULL);
    measure_part(talk, DESK_STAGE_PLAYOUT, "playout", t->first_frame, now_ms,
                 NULL);
    measure_part(talk, DESK_STAGE_REPLY, "reply", t->voice_end,
                 t->first_frame, NULL);
}

void
talk_measure_tool(talk_t *talk, const char *name, uint64_t took_ms,
                  uint64_t now_ms)
{
    const trace_value_t value = { "frontdesk.tool", name, 0 };

    desk_observe(talk->self, DESK_STAGE_TOOL, took_ms);

    if (talk->trace != NULL) {
        trace_add(talk->trace, "tool", now_ms - took_ms, now_ms, &value, 1);
    }
}

void
talk_measure_model(talk_t *talk, const llm_usage_t *used)
{
    const char *name, *model;

    if (talk->services == NULL) {
        return;
    }

    name = ladder_name(&talk->services->ladders[AGENT_LLM]);
    model = talk->services->llm_config.access.model;
    usage_add(&talk->services->usage, "llm", name, model, USAGE_TOKEN_IN,
              used->tokens_in);
    usage_add(&talk->services->usage, "llm", name, model, USAGE_TOKEN_OUT,
              used->tokens_out);
}

void
talk_measure_voice(talk_t *talk, uint32_t characters)
{
    if (talk->services != NULL) {
        usage_add(&talk->services->usage, "tts",
                  ladder_name(&talk->services->ladders[AGENT_TTS]),
                  talk->services->tts_config.access.model, USAGE_CHARACTER,
                  characters);
    }
}

/* Whole seconds; what is left over counts with what comes. */
void
talk_measure_ear(talk_t *talk)
{
    uint64_t         seconds;
    talk_services_t *s = talk->services;

    if (s == NULL || s->recognizer == NULL
        || talk->ear.stt.sent_samples < s->counted_samples)
    {
        return;
    }

    seconds = (talk->ear.stt.sent_samples - s->counted_samples) / FRAME_RATE_HZ;
    s->counted_samples += seconds * FRAME_RATE_HZ;
    usage_add(&s->usage, "stt", s->recognizer, s->stt_config.access.model,
              USAGE_SECOND, seconds);
}

void
talk_measure_spent(talk_t *talk)
{
    char *text;

    if (talk->services == NULL) {
        return;
    }

    talk_measure_ear(talk);
    text = usage_take(&talk->services->usage);

    if (text != NULL) {
        (void) store_usage(talk->store, text);
        cJSON_free(text);
    }
}

static void
measure_part(talk_t *talk, desk_stage_e stage, const char *name,
             uint64_t from, uint64_t to, const char *provider)
{
    const trace_value_t value = { "frontdesk.provider", provider, 0 };

    if (from == 0 || to < from) {
        return;
    }

    desk_observe(talk->self, stage, to - from);

    if (talk->trace != NULL) {
        trace_add(talk->trace, name, from, to, &value, provider != NULL);
    }
}

static const char *
measure_provider(const talk_t *talk, agent_kind_e kind)
{
    const char *const own[] = { talk->agent->stt_provider,
                                talk->agent->llm_provider,
                                talk->agent->tts_provider };

    return talk->services != NULL
               ? ladder_name(&talk->services->ladders[kind])
               : own[kind];
}
