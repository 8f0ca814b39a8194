/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef TALK_FIXTURE_H
#define TALK_FIXTURE_H

#include "call_fixture.h"
#include "voice_fixture.h"

#include "call/talk_services.h"

/*
 * A whole conversation with a real leg, and around it: services that do what
 * they are told, a store that remembers, and the clock, all the test's own.
 * Whatever the call sets going later is made to happen by the test.
 */

/* ---- the clock, in place of libuv's ---- */

static uint64_t now;

uint64_t
uv_now(const uv_loop_t *loop)
{
    (void) loop;
    return now;
}

void
uv_update_time(uv_loop_t *loop)
{
    (void) loop;
}

/* ---- services, in place of provider.c's ---- */

static struct {
    stt_t      *stt;
    const char *says; /* at each question; NULL: nothing yet */
    uint32_t    utterance, request;
    int         open_rc;

    llm_t   *llm;
    uint32_t asked; /* request */
    unsigned asks, cancels;
    int      ask_rc;
    char     messages[4096]; /* of the last request, a letter a role */

    tts_t   *tts;
    int      tts_waits; /* the test gives the audio */
    int      say_rc;
    uint32_t said; /* request */
    unsigned says_count, tts_cancels;
    char     said_text[4096];

    /* Two of each kind outside, "first" and "second", if there are. */
    int         outside;
    const char *refuses; /* cannot be opened */
    const char *mute;    /* takes what it is to say, and gives nothing */
    char        opened[512], closed[512]; /* kind and name, in order */
    size_t      fed_samples; /* to this utterance, of this recognizer */
    unsigned    begins;
} fake;

static inline int
fake_opens(const char *kind, const char *name)
{
    size_t used = strlen(fake.opened);

    (void) snprintf(fake.opened + used, sizeof(fake.opened) - used, "%s %s|",
                    kind, name);

    return fake.refuses != NULL && strcmp(fake.refuses, name) == 0 ? -EIO : 0;
}

static inline void
fake_closes(const char *kind, const char *name)
{
    size_t used = strlen(fake.closed);

    (void) snprintf(fake.closed + used, sizeof(fake.closed) - used, "%s %s|",
                    kind, name);
}

static const fault_t lost = { FAULT_LOST, 0, "gone" };

static inline int
fake_stt_open(stt_t *stt)
{
    fake.stt = stt;
    fake.fed_samples = 0;
    if (fake_opens("stt", stt->provider->name) < 0) {
        return -EIO;
    }
    return fake.open_rc;
}

static inline int
fake_stt_feed(stt_t *stt, const frame_t *frame)
{
    (void) stt;
    fake.fed_samples += frame->samples;
    return 0;
}

static inline int
fake_stt_finalize(stt_t *stt, uint32_t request)
{
    fake.request = request;
    if (fake.says != NULL) {
        stt->events->on_final(stt->data, fake.utterance, request, fake.says,
                              0.5f);
    }
    return 0;
}

static inline void
fake_stt_begin(stt_t *stt, uint32_t utterance)
{
    (void) stt;
    fake.utterance = utterance;
    fake.fed_samples = 0;
    fake.begins++;
}

static inline void
fake_stt_close(stt_t *stt)
{
    fake_closes("stt", stt->provider->name);
}

static inline int
fake_llm_open(llm_t *llm)
{
    fake.llm = llm;
    return fake_opens("llm", llm->provider->name);
}

static inline int
fake_llm_request(llm_t *llm, uint32_t request, const llm_request_t *what)
{
    size_t i, at = 0;

    (void) llm;
    fake.asked = request;
    fake.asks++;

    fake.messages[0] = '\0';
    for (i = 0; i < what->count; i++) {
        at += (size_t) snprintf(fake.messages + at,
                                sizeof(fake.messages) - at, "%c%s:%s|",
                                "SUACR"[what->messages[i].role],
                                what -> messages[i].interrupted ? "!" : "",
                                what->messages[i].text);
        assert_true(at < sizeof(fake.messages));
    }

    return fake.ask_rc;
}

static inline void
fake_llm_cancel(llm_t *llm, uint32_t request)
{
    (void) llm;
    (void) request;
    fake.cancels++;
}

static char *
fake_llm_save(llm_t *llm)
{
    (void) llm;
    return strdup("{\"state\":\"INTENT\"}");
}

static inline void
fake_llm_close(llm_t *llm)
{
    fake_closes("llm", llm->provider->name);
}

static inline int
fake_tts_open(tts_t *tts)
{
    fake.tts = tts;
    return fake_opens("tts", tts->provider->name);
}

/* A letter takes 60 ms. */
static inline void
give_audio(uint32_t request, size_t letters)
{
    static uint8_t     sound[480];
    static tts_audio_t audio = { .ulaw = sound, .samples = sizeof(sound) };

    memset(sound, 0xb0, sizeof(sound)); /* 18 dB below the largest */

    while (letters-- > 0) {
        fake.tts->events->on_audio(fake.tts->data, request, &audio);
    }
}

static inline void
end_audio(uint32_t request)
{
    fake.tts->events->on_done(fake.tts->data, request);
}

static inline int
fake_tts_say(tts_t *tts, uint32_t request, const char *text, size_t len)
{
    size_t used = strlen(fake.said_text);

    if (fake.say_rc < 0) {
        return fake.say_rc;
    }
    fake.said = request;
    fake.says_count++;
    (void) snprintf(fake.said_text + used, sizeof(fake.said_text) - used,
                    "%.*s|", (int) len, text);
    if (!fake.tts_waits
        && (fake.mute == NULL || strcmp(fake.mute, tts->provider->name) != 0))
    {
        give_audio(request, len);
        end_audio(request);
    }
    return 0;
}

static inline void
fake_tts_cancel(tts_t *tts)
{
    (void) tts;
    fake.tts_cancels++;
}

static inline void
fake_tts_close(tts_t *tts)
{
    fake_closes("tts", tts->provider->name);
}

static const stt_provider_t fake_stt = {
    "fake", fake_stt_open, fake_stt_feed, fake_stt_finalize, fake_stt_begin,
    NULL, fake_stt_close
};

static const llm_provider_t fake_llm = { "fake", fake_llm_open,
                                         fake_llm_request, fake_llm_cancel,
                                         fake_llm_save, fake_llm_close };

static const tts_provider_t fake_tts = {
    .name = "fake",
    .open = fake_tts_open,
    .say = fake_tts_say,
    .cancel = fake_tts_cancel,
    .close = fake_tts_close,
};

/* Those outside keep no account of a conversation. */
#define FAKE_STT(its_name)                                                    \
    {                                                                         \
        its_name, fake_stt_open, fake_stt_feed, fake_stt_finalize,            \
            fake_stt_begin, NULL, fake_stt_close                              \
    }
#define FAKE_LLM(its_name)                                                    \
    {                                                                         \
        its_name, fake_llm_open, fake_llm_request, fake_llm_cancel, NULL,     \
            fake_llm_close                                                    \
    }
#define FAKE_TTS(its_name)                                                    \
    {                                                                         \
        .name = its_name, .open = fake_tts_open, .say = fake_tts_say,         \
        .cancel = fake_tts_cancel, .close = fake_tts_close                    \
    }

static const stt_provider_t stts[] = { FAKE_STT("first"), FAKE_STT("second") };
static const llm_provider_t llms[] = { FAKE_LLM("first"), FAKE_LLM("second") };
static const tts_provider_t ttss[] = { FAKE_TTS("first"), FAKE_TTS("second") };

/* Whatever else it is called, it is the embedded one. */
static inline int
fake_which(const char *name)
{
    if (fake.outside && strcmp(name, "first") == 0) {
        return 0;
    }

    return fake.outside && strcmp(name, "second") == 0 ? 1 : -1;
}

const stt_provider_t *
stt_provider_find(const char *name)
{
    int i = fake_which(name);

    return i < 0 ? &fake_stt : &stts[i];
}

const llm_provider_t *
llm_provider_find(const char *name)
{
    int i = fake_which(name);

    return i < 0 ? &fake_llm : &llms[i];
}

const tts_provider_t *
tts_provider_find(const char *name)
{
    int i = fake_which(name);

    return i < 0 ? &fake_tts : &ttss[i];
}

/* ---- the store, in place of store.c's ---- */

#define TOOLS 8

static struct {
    char             turns[8192]; /* a line a turn, as last written */
    unsigned         writes;
    int              tool_rc;
    unsigned         tool_count;
    store_request_t *tools[TOOLS]; /* NULL: answered or canceled */
    char             names[256];
    char     usage[1024]; /* as it was told last */
    char             events[8192]; /* a line an event */
} rows;

/* "3 assistant! text": a turn that was cut short has the mark. */
int
store_turn(store_t *s, const store_turn_t *turn)
{
    char   line[1024], head[16], *old, *end;
    size_t used;

    (void) s;
    rows.writes++;
    (void) snprintf(head, sizeof(head), "\n%d ", turn->seq);
    (void) snprintf(line, sizeof(line), "%s%s%s %s", head, turn->role,
                    turn->interrupted ? "!" : "", turn->content);

    old = strstr(rows.turns, head);
    if (old != NULL) {
        end = strchr(old + 1, '\n');
        if (end != NULL) {
            memmove(old, end, strlen(end) + 1);
        } else {
            *old = '\0';
        }
    }

    used = strlen(rows.turns);
    (void) snprintf(rows.turns + used, sizeof(rows.turns) - used, "%s", line);

    return 0;
}

int
store_usage(store_t *s, const char *usage)
{
    (void) s;
    (void) snprintf(rows.usage, sizeof(rows.usage), "%s", usage);

    return 0;
}

int
store_event(store_t *s, const char *kind, const char *data)
{
    size_t used = strlen(rows.events);

    (void) s;
    (void) snprintf(rows.events + used, sizeof(rows.events) - used, "%s %s\n",
                    kind, data);

    return 0;
}

int
store_tool(store_request_t *request, const char *name, const char *args)
{
    size_t used = strlen(rows.names);

    (void) args;
    if (rows.tool_rc < 0) {
        return rows.tool_rc;
    }
    assert_true(rows.tool_count < TOOLS);
    rows.tools[rows.tool_count++] = request;
    (void) snprintf(rows.names + used, sizeof(rows.names) - used, "%s|",
                    name);

    return 0;
}

void
store_cancel(store_request_t *request)
{
    unsigned i;

    for (i = 0; i < rows.tool_count; i++) {
        if (rows.tools[i] == request) {
            rows.tools[i] = NULL;
        }
    }
}

static inline void
tool_answers(unsigned i, int rc, const char *json)
{
    cJSON           *answer = rc == 0 ? cJSON_Parse(json) : NULL;
    store_request_t *request = rows.tools[i];

    assert_non_null(request);
    request->done(request->data, rc, answer);
    cJSON_Delete(answer);
}

static inline void
expect_turns(const char *lines)
{
    assert_string_equal(rows.turns, lines);
}

/* ---- the call ---- */

static line_t      line;
static inline cache_item_t *
fixture_config(const char *text)
{
    cJSON        *json = cJSON_Parse(text);
    cache_item_t *config = agent_config(json);

    assert_non_null(config);
    cJSON_Delete(json);

    return config;
}

static agent_t     agent;
static store_t     store;
static turns_t     turns;
static talk_t     *talk;
static voice_t     voice;
static const char *over_reason;
static unsigned    over_count, stale_count;
static uint32_t    next_mark; /* index of what the carrier echoes next */
static int         echoes;    /* whether it does */
static int         bridges;   /* whether what bridges a wait is said */
static uint64_t    played_ms; /* when the carrier has played what it has */

static inline void
on_over(void *data, const char *reason)
{
    assert_ptr_equal(data, &line);
    over_reason = reason;
    over_count++;
}

static inline void
on_stale(void *data)
{
    assert_ptr_equal(data, &line);
    stale_count++;
}

static const talk_events_t events = { .on_over = on_over,
                                      .on_stale = on_stale };

static const char *const tool_names[] = { "get_available_slots",
                                          "book_appointment",
                                          "search_knowledge" };

static inline void
create(const char *greeting, const char *turns_json)
{
    memset(&agent, 0, sizeof(agent));
    agent.greeting = greeting;
    agent.stt_provider = agent.llm_provider = agent.tts_provider = "fake";
    agent.interruptions = 1;
    agent.json = cJSON_Parse(turns_json);
    agent.turns = agent.json;
    agent.llm.tools = tool_names;
    agent.llm.tool_count = 3;
    assert_int_equal(talk_create(&talk, NULL, &line.ai, &line.leg, &agent,
                                 &store, &turns, &events, &line),
                     0);
    talk_listen(talk);
    talk_start(talk, now);
}

/* The same with services outside: "first", "second", the embedded ones. */
static inline void
create_outside(const char *greeting)
{
    fake.outside = 1;
    memset(&agent, 0, sizeof(agent));
    agent.greeting = greeting;
    agent.stt_provider = agent.llm_provider = agent.tts_provider = "first";
    agent.interruptions = 1;
    agent.llm.language = "en-US";
    agent.config = fixture_config("{\"stt_alternates\":[\"second\"],"
                                  "\"llm_alternates\":[\"second\"],"
                                  "\"tts_alternates\":[\"second\"]}");
    agent.llm.tools = tool_names;
    agent.llm.tool_count = 3;
    assert_int_equal(talk_create(&talk, NULL, &line.ai, &line.leg, &agent,
                                 &store, &turns, &events, &line),
                     0);
    talk_listen(talk);
    talk_start(talk, now);
}

static inline int
setup(void **state)
{
    (void) state;
    now = 1000000;
    memset(&fake, 0, sizeof(fake));
    memset(&rows, 0, sizeof(rows));
    memset(&voice, 0, sizeof(voice));
    memset(&store, 0, sizeof(store));
    (void) strcpy(store.call_id, "1");
    over_count = stale_count = 0;
    over_reason = NULL;
    next_mark = 0;
    echoes = 1;
    bridges = 0;
    played_ms = 0;
    talk = NULL;
    line_open(&line, 65536);
    turns_open(&turns, &store, 0, now);
    return 0;
}

static inline int
teardown(void **state)
{
    (void) state;
    talk_destroy(talk);
    cJSON_Delete(agent.json);
    cache_item_drop(agent.config);
    line_close(&line);
    return 0;
}

/* The carrier: plays what it gets, and echoes marks when they are played. */
static inline void
carrier(void)
{
    size_t   samples = line.samples;
    unsigned marks = line.mark_count, clears = line.clears;

    line_read(&line);

    if (line.clears > clears) {
        played_ms = now;
    }

    if (line.samples > samples) {
        if (played_ms < now) {
            played_ms = now;
        }
        played_ms += (line.samples - samples) / 8;
    }

    /* Cleared marks come back at once, too. */
    while (echoes && next_mark < line.mark_count
           && (played_ms <= now + (line.samples - line.marked[next_mark]) / 8
               || (line.clears > clears && next_mark < marks)))
    {
        talk_on_mark(talk, line.marks[next_mark++]);
    }
}

static inline void
tick(const frame_t *frame)
{
    now += FRAME_MS;
    if (!bridges) {
        talk->aside.quiet_ms = now;
    }
    talk_hear(talk, frame, now);
    talk_tick(talk, now);
    carrier();
}

static inline void
go_on(uint64_t ms, frame_t (*next)(voice_t *voice))
{
    frame_t  frame;
    uint64_t end = now + ms;

    while (now < end) {
        frame = next(&voice);
        tick(&frame);
    }
}

static inline void
be_silent(uint64_t ms)
{
    go_on(ms, voice_is_silent);
}

static inline void
speak(uint64_t ms)
{
    go_on(ms, voice_speaks);
}

/* Says it, and is understood. */
static inline void
say(uint64_t ms, const char *text)
{
    fake.says = text;
    speak(ms);
    be_silent(1700);
}

static inline void
answers(const char *text)
{
    fake.llm->events->on_text(fake.llm->data, fake.asked, text, strlen(text));
}

static inline void
answer_done(void)
{
    fake.llm->events->on_done(fake.llm->data, fake.asked);
}

/* All of an answer at once. */
static inline void
answer(const char *text)
{
    answers(text);
    answer_done();
}

static inline void
calls_tool(const char *id, const char *name, const char *args)
{
    fake.llm->events->on_tool(fake.llm->data, fake.asked, id, name, args);
}

#define SLOTS_ARGS "{\"date\":\"2026-11-21\"}"
#define GREETING   "Hello, this is the desk."

/* An answer that ends in the most usual of tools, or in the last one. */
static inline void
asks_for_slots(void)
{
    calls_tool("t1", "get_available_slots", SLOTS_ARGS);
    answer_done();
}

static inline void
hangs_up(void)
{
    calls_tool("t1", "end_call", "{}");
    answer_done();
}

/* Greeted, and listening. */
static inline void
begin(void)
{
    create(GREETING, "[]");
    be_silent(3000);
    assert_int_equal(talk->state, TALK_LISTENING);
}

/* The first the caller says. */
static inline void
begin_with(uint64_t ms, const char *text)
{
    begin();
    say(ms, text);
}

/* In the middle of saying a long answer. */
#define LONG "We are open every day from nine to five but not on Sunday."

static inline void
begin_answer(void)
{
    begin_with(800, "when are you open on weekdays");
    assert_int_equal(talk->state, TALK_THINKING);
    answer(LONG);
    be_silent(1000);
    assert_int_equal(talk->state, TALK_SPEAKING);
}

#define TALK_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

#endif /* TALK_FIXTURE_H */
