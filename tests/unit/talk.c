/* SPDX-License-Identifier: BSD-2-Clause */

#include "call_fixture.h"
#include "voice_fixture.h"

#include "call/talk.h"

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
} fake;

static const fault_t lost = { FAULT_LOST, 0, "gone" };

static int
fake_stt_open(stt_t *stt)
{
    fake.stt = stt;
    return fake.open_rc;
}

static int
fake_stt_feed(stt_t *stt, const frame_t *frame)
{
    (void) stt;
    (void) frame;
    return 0;
}

static int
fake_stt_finalize(stt_t *stt, uint32_t request)
{
    fake.request = request;
    if (fake.says != NULL) {
        stt->events->on_final(stt->data, fake.utterance, request, fake.says,
                              0.5f);
    }
    return 0;
}

static void
fake_stt_begin(stt_t *stt, uint32_t utterance)
{
    (void) stt;
    fake.utterance = utterance;
}

static void
fake_stt_close(stt_t *stt)
{
    (void) stt;
}

static int
fake_llm_open(llm_t *llm)
{
    fake.llm = llm;
    return 0;
}

static int
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

static void
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

static void
fake_llm_close(llm_t *llm)
{
    (void) llm;
}

static int
fake_tts_open(tts_t *tts)
{
    fake.tts = tts;
    return 0;
}

/* A letter takes 60 ms. */
static void
give_audio(uint32_t request, size_t letters)
{
    static const uint8_t sound[480] = { 0x55 };
    static tts_audio_t   audio = { .ulaw = sound, .samples = sizeof(sound) };

    while (letters-- > 0) {
        fake.tts->events->on_audio(fake.tts->data, request, &audio);
    }
}

static void
end_audio(uint32_t request)
{
    fake.tts->events->on_done(fake.tts->data, request);
}

static int
fake_tts_say(tts_t *tts, uint32_t request, const char *text, size_t len)
{
    size_t used = strlen(fake.said_text);

    (void) tts;
    if (fake.say_rc < 0) {
        return fake.say_rc;
    }
    fake.said = request;
    fake.says_count++;
    (void) snprintf(fake.said_text + used, sizeof(fake.said_text) - used,
                    "%.*s|", (int) len, text);
    if (!fake.tts_waits) {
        give_audio(request, len);
        end_audio(request);
    }
    return 0;
}

static void
fake_tts_cancel(tts_t *tts)
{
    (void) tts;
    fake.tts_cancels++;
}

static void
fake_tts_close(tts_t *tts)
{
    (void) tts;
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

const stt_provider_t *
stt_provider_find(const char *name)
{
    (void) name;
    return &fake_stt;
}

const llm_provider_t *
llm_provider_find(const char *name)
{
    (void) name;
    return &fake_llm;
}

const tts_provider_t *
tts_provider_find(const char *name)
{
    (void) name;
    return &fake_tts;
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

static void
tool_answers(unsigned i, int rc, const char *json)
{
    cJSON           *answer = rc == 0 ? cJSON_Parse(json) : NULL;
    store_request_t *request = rows.tools[i];

    assert_non_null(request);
    request->done(request->data, rc, answer);
    cJSON_Delete(answer);
}

static void
expect_turns(const char *lines)
{
    assert_string_equal(rows.turns, lines);
}

/* ---- the call ---- */

static line_t      line;
static agent_t     agent;
static store_t     store;
static turns_t     turns;
static talk_t     *talk;
static voice_t     voice;
static const char *over_reason;
static unsigned    over_count, stale_count;
static uint32_t    next_mark; /* index of what the carrier echoes next */
static int         echoes;    /* whether it does */
static uint64_t    played_ms; /* when the carrier has played what it has */

static void
on_over(void *data, const char *reason)
{
    assert_ptr_equal(data, &line);
    over_reason = reason;
    over_count++;
}

static void
on_stale(void *data)
{
    assert_ptr_equal(data, &line);
    stale_count++;
}

static const talk_events_t events = { on_over, on_stale };

static const char *const tool_names[] = { "get_available_slots",
                                          "book_appointment",
                                          "search_knowledge" };

static void
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

static int
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
    played_ms = 0;
    talk = NULL;
    line_open(&line, 65536);
    turns_open(&turns, &store, 0, now);
    return 0;
}

static int
teardown(void **state)
{
    (void) state;
    talk_destroy(talk);
    cJSON_Delete(agent.json);
    line_close(&line);
    return 0;
}

/* The carrier: plays what it gets, and echoes marks when they are played. */
static void
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

static void
tick(const frame_t *frame)
{
    now += FRAME_MS;
    talk_hear(talk, frame, now);
    talk_tick(talk, now);
    carrier();
}

static void
go_on(uint64_t ms, frame_t (*next)(voice_t *voice))
{
    frame_t  frame;
    uint64_t end = now + ms;

    while (now < end) {
        frame = next(&voice);
        tick(&frame);
    }
}

static void
be_silent(uint64_t ms)
{
    go_on(ms, voice_is_silent);
}

static void
speak(uint64_t ms)
{
    go_on(ms, voice_speaks);
}

/* Says it, and is understood. */
static void
say(uint64_t ms, const char *text)
{
    fake.says = text;
    speak(ms);
    be_silent(1700);
}

static void
answers(const char *text)
{
    fake.llm->events->on_text(fake.llm->data, fake.asked, text, strlen(text));
}

static void
answer_done(void)
{
    fake.llm->events->on_done(fake.llm->data, fake.asked);
}

/* All of an answer at once. */
static void
answer(const char *text)
{
    answers(text);
    answer_done();
}

static void
calls_tool(const char *id, const char *name, const char *args)
{
    fake.llm->events->on_tool(fake.llm->data, fake.asked, id, name, args);
}

#define SLOTS_ARGS "{\"date\":\"2026-11-21\"}"
#define GREETING   "Hello, this is the desk."

/* An answer that ends in the most usual of tools, or in the last one. */
static void
asks_for_slots(void)
{
    calls_tool("t1", "get_available_slots", SLOTS_ARGS);
    answer_done();
}

static void
hangs_up(void)
{
    calls_tool("t1", "end_call", "{}");
    answer_done();
}

/* Greeted, and listening. */
static void
begin(void)
{
    create(GREETING, "[]");
    be_silent(3000);
    assert_int_equal(talk->state, TALK_LISTENING);
}

/* The first the caller says. */
static void
begin_with(uint64_t ms, const char *text)
{
    begin();
    say(ms, text);
}

/* In the middle of saying a long answer. */
#define LONG "We are open every day from nine to five but not on Sunday."

static void
begin_answer(void)
{
    begin_with(800, "when are you open on weekdays");
    assert_int_equal(talk->state, TALK_THINKING);
    answer(LONG);
    be_silent(1000);
    assert_int_equal(talk->state, TALK_SPEAKING);
}

/* ---- what is to be so ---- */

static void
it_greets_and_then_listens(void **state)
{
    (void) state;
    create(GREETING, "[]");
    assert_int_equal(talk->state, TALK_SPEAKING);
    be_silent(1000);
    assert_int_equal(talk->state, TALK_SPEAKING);
    be_silent(600);
    assert_int_equal(talk->state, TALK_LISTENING);
    assert_string_equal(fake.said_text, GREETING "|");
    assert_int_equal(line.samples, 480 * strlen(GREETING));
    expect_turns("\n1 assistant " GREETING);
    assert_int_equal(fake.asks, 0);
}

static void
a_call_without_a_greeting_listens_at_once(void **state)
{
    (void) state;
    create("", "[]");
    be_silent(200);
    assert_int_equal(talk->state, TALK_LISTENING);
    assert_int_equal(fake.says_count, 0);
    expect_turns("");
}

static void
an_utterance_is_answered_and_both_are_written(void **state)
{
    (void) state;
    begin_with(900, "i would like to book a cleaning");
    assert_int_equal(talk->state, TALK_THINKING);
    assert_string_equal(fake.messages, "A:" GREETING "|"
                                       "U:i would like to book a cleaning|");
    answers("Sure. ");
    answer("For when?");
    be_silent(2000);
    assert_int_equal(talk->state, TALK_LISTENING);
    expect_turns("\n1 assistant " GREETING
                 "\n2 user i would like to book a cleaning"
                 "\n3 assistant Sure. For when?");
    assert_string_equal(talk->ear.question, "Sure. For when?");
}

static void
two_hundred_ms_of_voice_pause_it_and_seven_hundred_end_it(void **state)
{
    unsigned clears;

    (void) state;
    begin_answer();
    clears = line.clears;
    speak(140);
    assert_int_equal(talk->state, TALK_SPEAKING);
    speak(120);
    assert_int_equal(talk->state, TALK_YIELDING);
    assert_int_equal(line.clears, clears + 1);
    assert_int_equal(fake.tts_cancels, 0);
    speak(400);
    assert_int_equal(talk->state, TALK_YIELDING);
    speak(120);
    assert_int_equal(talk->state, TALK_LISTENING);
    assert_true(talk->playout.sentences.tqh_first == NULL);
}

static void
words_end_it_before_the_voice_does(void **state)
{
    (void) state;
    begin_answer();
    say(400, "no wait");
    assert_int_equal(talk->state, TALK_THINKING);
    assert_non_null(strstr(fake.messages, "|U:no wait|"));
}

static void
a_cough_pauses_it_and_all_of_it_is_heard(void **state)
{
    size_t sent;

    (void) state;
    begin_answer();
    sent = talk->playout.sent;
    assert_true(sent < talk->playout.total);
    fake.says = "";
    speak(240);
    assert_int_equal(talk->state, TALK_YIELDING);
    be_silent(1400);
    assert_int_equal(talk->state, TALK_SPEAKING);
    be_silent(4500);
    assert_int_equal(talk->state, TALK_LISTENING);
    assert_int_equal(fake.says_count, 2);
    expect_turns("\n1 assistant " GREETING
                 "\n2 user when are you open on weekdays\n3 assistant " LONG);
}

static void
mm_hm_is_no_interruption_and_yes_near_the_end_is(void **state)
{
    (void) state;
    begin_answer();
    fake.says = "mm hm";
    speak(300);
    be_silent(600);
    assert_int_equal(talk->state, TALK_SPEAKING);
    fake.says = "yeah";
    speak(160); /* too short to make it pause */
    be_silent(400);
    assert_int_equal(talk->state, TALK_SPEAKING);
    assert_int_equal(fake.asks, 1);

    while (playout_left_ms(&talk->playout, now) > 900) {
        be_silent(20);
    }
    assert_int_equal(talk->state, TALK_SPEAKING);
    speak(160);
    be_silent(500);
    assert_int_equal(fake.asks, 2);
    assert_non_null(strstr(fake.messages, "|U:yeah|"));
}

static void
what_was_heard_is_cut_at_a_word_everywhere(void **state)
{
    (void) state;
    begin_answer(); /* 1000 ms: 16 letters */
    speak(700);
    assert_int_equal(talk->state, TALK_LISTENING);
    say(200, "on saturday too");
    assert_non_null(strstr(fake.messages, "|A!:We are open every|"
                                          "U:on saturday too|"));
    expect_turns("\n1 assistant " GREETING
                 "\n2 user when are you open on weekdays"
                 "\n3 assistant! We are open every"
                 "\n4 user on saturday too");
}

static void
an_answer_of_which_nothing_was_heard_is_taken_back(void **state)
{
    (void) state;
    begin_with(800, "when are you open on weekdays");
    answer(LONG);
    assert_int_equal(talk->state, TALK_SPEAKING);
    assert_non_null(strstr(rows.turns, "\n3 assistant We are"));
    talk_on_key(talk, '5', now + 20);
    be_silent(2100);
    assert_string_equal(fake.messages, "A:" GREETING
                                       "|U:when are you open on weekdays"
                                       "|U:5|");
    assert_non_null(strstr(rows.turns, "\n3 assistant! \n"));
}

static void
stale_audio_after_a_cancel_is_dropped(void **state)
{
    size_t   samples;
    uint32_t stale;

    (void) state;
    begin();
    fake.tts_waits = 1;
    say(800, "when are you open on weekdays");
    answer(LONG);
    stale = fake.said;
    give_audio(stale, 10);
    be_silent(100);
    say(400, "no wait");
    answer("Yes, please go on now.");
    samples = line.samples;
    give_audio(stale, 20);
    end_audio(stale);
    be_silent(500);
    assert_int_equal(line.samples, samples);
    assert_int_equal(talk->speech.times.audio, 0);
    assert_true(fake.said > stale);
    give_audio(fake.said, 22);
    end_audio(fake.said);
    be_silent(100);
    assert_true(line.samples > samples);
}

static void
marks_echoed_by_a_clear_are_not_heard(void **state)
{
    (void) state;
    echoes = 0;
    begin_with(800, "when are you open on weekdays");
    answer("By now.");
    be_silent(200); /* its mark is with the carrier */
    assert_int_equal(line.mark_count, 2);
    speak(260);
    assert_int_equal(talk->state, TALK_YIELDING);
    talk_on_mark(talk, line.marks[1]);
    speak(500);
    say(100, "stop it now");
    assert_null(strstr(fake.messages, "By now."));
}

static void
a_caller_who_speaks_before_the_first_frame_is_let_speak(void **state)
{
    size_t samples;

    (void) state;
    begin();
    fake.tts_waits = 1;
    say(800, "when are you open on weekdays");
    answer(LONG);
    samples = line.samples;
    fake.says = "and on sunday as well";
    speak(300);
    give_audio(fake.said, 30);
    end_audio(fake.said);
    speak(300);
    assert_int_equal(talk->state, TALK_YIELDING);
    assert_int_equal(line.samples, samples);
    be_silent(1700);
    assert_non_null(strstr(fake.messages, "|U:when are you open on weekdays"
                                          "|U:and on sunday as well|"));
    assert_null(strstr(fake.messages, "We are open"));
}

static void
an_answer_not_spoken_yet_is_canceled_by_more_words(void **state)
{
    uint32_t first;

    (void) state;
    begin_with(800, "when are you open on weekdays");
    first = fake.asked;
    answers("Half a sen");
    say(600, "and on sunday as well");
    assert_int_equal(talk->state, TALK_THINKING);
    assert_string_equal(fake.messages, "A:" GREETING
                                       "|U:when are you open on weekdays"
                                       "|U:and on sunday as well|");
    assert_int_equal(fake.cancels, 1);

    /* What still comes of it is nobody's. */
    fake.llm->events->on_text(fake.llm->data, first, "tence.", 6);
    fake.llm->events->on_done(fake.llm->data, first);
    assert_int_equal(talk->state, TALK_THINKING);
    answer("Closed on Sunday.");
    assert_string_equal(fake.said_text, GREETING "|Closed on Sunday.|");
}

static void
a_noise_while_it_thinks_takes_nothing_back(void **state)
{
    (void) state;
    begin_with(800, "when are you open on weekdays");
    say(400, "");
    assert_int_equal(fake.asks, 1);
    assert_int_equal(fake.cancels, 0);
    answer("Every day.");
    be_silent(1000);
    assert_int_equal(talk->state, TALK_LISTENING);
}

static void
words_not_understood_are_asked_about(void **state)
{
    (void) state;
    begin_with(600, "");
    assert_int_equal(fake.asks, 1);
    assert_string_equal(fake.messages, "A:" GREETING "|U:|");
}

static void
what_is_said_while_a_tool_runs_is_answered_after_it(void **state)
{
    (void) state;
    begin_with(800, "i need a time tomorrow");
    answers("Let me look.");
    asks_for_slots();
    assert_int_equal(rows.tool_count, 1);
    be_silent(800);
    say(500, "no wait");
    say(500, "make it monday");
    assert_int_equal(fake.asks, 1);
    tool_answers(0, 0, "{\"ok\":true}");

    /* The answer to its result is not begun: the caller wants another. */
    assert_int_equal(fake.asks, 1);
    be_silent(40);
    assert_int_equal(fake.asks, 2);
    assert_string_equal(fake.messages,
                        "A:" GREETING "|U:i need a time tomorrow|"
                        "A:Let me look.|C:" SLOTS_ARGS "|R:{\"ok\":true}|"
                        "U:no wait make it monday|");
    answer("Monday it is.");
    be_silent(1500);
    expect_turns("\n1 assistant " GREETING
                 "\n2 user i need a time tomorrow"
                 "\n3 assistant Let me look."
                 "\n4 tool {\"name\":\"get_available_slots\","
                 "\"arguments\":" SLOTS_ARGS ",\"result\":{\"ok\":true}}"
                 "\n5 user no wait make it monday"
                 "\n6 assistant Monday it is.");
}

static void
a_tool_interrupted_by_a_voice_keeps_its_result(void **state)
{
    (void) state;
    begin_with(800, "i need a time tomorrow");
    answers("Let me look what there is for you tomorrow.");
    calls_tool("t1", "book_appointment",
               "{\"start\":\"2026-11-21T09:00\",\"name\":\"Ann\"}");
    answer_done();
    be_silent(600);
    speak(800);
    assert_int_equal(talk->state, TALK_LISTENING);
    tool_answers(0, 0, "{\"ok\":true,\"start\":\"2026-11-21T09:00\"}");
    assert_int_equal(fake.asks, 1);
    assert_non_null(strstr(rows.turns, " tool {\"name\":\"book_app"));
    assert_string_equal(talk->summary,
                        "Booked an appointment for 2026-11-21 09:00.");
    say(100, "hello");
    assert_non_null(strstr(fake.messages,
                           "|R:{\"ok\":true,\"start\":\"2026-11-21T09:00\"}"
                           "|U:hello|"));
}

static void
a_cut_goes_through_the_messages_of_an_answer(void **state)
{
    (void) state;
    begin_with(800, "i need a time tomorrow");
    answers("Let me look.");
    asks_for_slots();
    tool_answers(0, 0, "{\"ok\":true}");
    answer("There is nine, ten and eleven in the morning.");
    be_silent(1500); /* 25 letters, 12 of them of the first */
    speak(720);
    say(100, "ten please");
    assert_non_null(strstr(fake.messages,
                           "|A:Let me look.|C:" SLOTS_ARGS
                           "|R:{\"ok\":true}|A!:There is nine,|"));
}

static void
several_tools_of_an_answer_all_run_and_then_it_goes_on(void **state)
{
    (void) state;
    begin_with(800, "i need a time tomorrow");
    calls_tool("t1", "get_available_slots", SLOTS_ARGS);
    calls_tool("t2", "search_knowledge", "{\"query\":\"parking\"}");
    calls_tool("t3", "rob_the_bank", "{}");
    calls_tool("t4", "search_knowledge", "{\"q\":1}");
    calls_tool("t5", "cancel_appointment", "{}");
    answer_done();
    assert_string_equal(rows.names, "get_available_slots|search_knowledge|");
    tool_answers(1, 0, "{\"ok\":true,\"results\":[]}");
    assert_int_equal(fake.asks, 1);
    tool_answers(0, -EIO, NULL);
    assert_int_equal(fake.asks, 2);
    assert_non_null(strstr(fake.messages, "\"error\":\"unavailable\""));
    assert_non_null(strstr(fake.messages, "There is no such tool."));
    answer("Nothing is free.");
    be_silent(2000);
    assert_int_equal(talk->state, TALK_LISTENING);
}

static void
a_silent_caller_is_asked_once_and_then_let_go(void **state)
{
    size_t samples;

    (void) state;
    begin();
    be_silent(7000);
    assert_int_equal(talk->state, TALK_LISTENING);
    be_silent(1000);
    assert_int_equal(talk->state, TALK_SPEAKING);
    assert_non_null(strstr(fake.said_text, "|Are you still there?|"));
    be_silent(9000);
    assert_int_equal(talk->state, TALK_LISTENING);
    be_silent(1500);
    assert_int_equal(talk->state, TALK_SPEAKING);
    assert_non_null(strstr(fake.said_text, "Goodbye.|"));
    assert_int_equal(over_count, 0);
    samples = talk->playout.total;
    be_silent(samples / 8 - 2000);
    assert_int_equal(over_count, 0);
    be_silent(2500);
    assert_int_equal(over_count, 1);
    assert_string_equal(over_reason, "caller_silent");
    be_silent(10000);
    assert_int_equal(over_count, 1);
}

static void
a_caller_who_answers_is_asked_again_later(void **state)
{
    (void) state;
    begin();
    be_silent(9100);
    say(500, "yes i am here");
    answer("Fine.");
    be_silent(9900);
    assert_int_equal(over_count, 0);
    assert_int_equal(talk->idle_prompts, 1);
}

static void
a_running_tool_is_no_idle_caller(void **state)
{
    (void) state;
    begin_with(800, "i need a time tomorrow");
    asks_for_slots();
    say(400, "hello");
    be_silent(20000);
    assert_string_equal(fake.said_text, GREETING "|");
    assert_int_equal(talk->state, TALK_LISTENING);
}

static void
a_goodbye_is_played_to_its_end(void **state)
{
    (void) state;
    begin_with(500, "that is all thank you");
    answers("Thank you for your call. Goodbye.");
    hangs_up();
    assert_int_equal(over_count, 0);
    be_silent(1600);
    assert_int_equal(over_count, 0);
    be_silent(600);
    assert_int_equal(over_count, 1);
    assert_string_equal(over_reason, "completed");
    assert_int_equal(line.samples,
                     480 * (strlen(GREETING "Thank you for your call. "
                                            "Goodbye.")
                            - 1));
}

static void
a_goodbye_is_over_even_if_no_mark_comes(void **state)
{
    (void) state;
    echoes = 0;
    begin_with(500, "that is all thank you");
    answers("Goodbye.");
    hangs_up();
    be_silent(1100);
    assert_int_equal(over_count, 0);
    be_silent(400);
    assert_int_equal(over_count, 1);
}

static void
nothing_stops_a_goodbye(void **state)
{
    (void) state;
    begin_with(500, "that is all thank you");
    answers("Thank you for your call, and have a nice day. Goodbye.");
    hangs_up();
    be_silent(200);
    fake.says = "thank you very much and goodbye";
    speak(1200);
    talk_on_key(talk, '1', now);
    be_silent(2500);
    assert_int_equal(over_count, 1);
    assert_string_equal(over_reason, "completed");
    assert_int_equal(fake.asks, 1);
    assert_null(strstr(rows.turns, "assistant!"));
}

static void
an_answer_of_nothing_but_the_end_ends_the_call(void **state)
{
    (void) state;
    begin_with(500, "that is all thank you");
    hangs_up();
    assert_int_equal(over_count, 1);
}

static void
an_empty_answer_gives_the_floor_back(void **state)
{
    (void) state;
    begin_with(500, "that is all thank you");
    answer_done();
    assert_int_equal(talk->state, TALK_LISTENING);
    be_silent(9100);
    assert_non_null(strstr(fake.said_text, "Are you still there?"));
}

static void
a_model_that_fails_once_is_excused_and_twice_ends_the_call(void **state)
{
    (void) state;
    begin_with(500, "that is all thank you");
    fake.llm->events->on_error(fake.llm->data, fake.asked, &lost);
    assert_non_null(strstr(fake.said_text, "Could you say that again?|"));
    be_silent(5000);
    assert_int_equal(talk->state, TALK_LISTENING);

    fake.ask_rc = -EIO;
    say(500, "that is all thank you");
    be_silent(7000);
    assert_int_equal(over_count, 1);
    assert_string_equal(over_reason, "model_failed");
}

static void
a_model_that_works_again_is_forgiven(void **state)
{
    (void) state;
    begin();
    fake.ask_rc = -EIO;
    say(500, "that is all thank you");
    be_silent(4000);
    fake.ask_rc = 0;
    say(500, "that is all thank you");
    answer("Fine.");
    be_silent(1000);
    fake.ask_rc = -EIO;
    say(500, "that is all thank you");
    be_silent(7000);
    assert_int_equal(over_count, 0);
}

static void
a_model_that_fails_in_a_sentence_leaves_no_unheard_words(void **state)
{
    (void) state;
    begin_with(500, "that is all thank you");
    answers("Half a sen");
    fake.llm->events->on_error(fake.llm->data, fake.asked, &lost);
    be_silent(5000);
    say(500, "and once more please");
    assert_null(strstr(fake.messages, "Half"));
    assert_non_null(strstr(fake.messages, "A:I'm sorry, something"));
}

static void
a_model_that_never_answers_has_failed(void **state)
{
    (void) state;
    begin_with(500, "that is all thank you");
    be_silent(6000);
    assert_int_equal(talk->state, TALK_THINKING);
    be_silent(3000);
    assert_int_equal(talk->state, TALK_SPEAKING);
    assert_non_null(strstr(fake.said_text, "something went wrong"));
    be_silent(5000);
    assert_int_equal(talk->state, TALK_LISTENING);
}

static void
a_slow_tool_is_no_failure_of_the_model(void **state)
{
    (void) state;
    begin_with(500, "i need a time tomorrow");
    asks_for_slots();
    be_silent(15000);
    assert_int_equal(talk->state, TALK_THINKING);
    tool_answers(0, 0, "{\"ok\":true}");
    be_silent(2000);
    assert_int_equal(talk->state, TALK_THINKING);
    answer("Nine.");
    be_silent(1000);
    assert_int_equal(talk->state, TALK_LISTENING);
}

static void
a_synthesizer_that_never_gives_does_not_hold_the_call(void **state)
{
    (void) state;
    begin();
    fake.tts_waits = 1;
    say(500, "when are you open on weekdays");
    answer(LONG);
    be_silent(6000);
    assert_int_equal(talk->state, TALK_SPEAKING);
    be_silent(3000);
    assert_int_equal(talk->state, TALK_LISTENING);
}

static void
a_long_speech_is_not_taken_for_a_stuck_one(void **state)
{
    int i;

    (void) state;
    begin_with(500, "tell me everything");
    for (i = 0; i < 8; i++) {
        answers(LONG " ");
    }
    answer_done();
    be_silent(20000);
    assert_int_equal(talk->state, TALK_SPEAKING);
    be_silent(10000);
    assert_int_equal(talk->state, TALK_LISTENING);
    assert_non_null(strstr(rows.turns, LONG " " LONG));
}

static void
a_sentence_that_cannot_be_spoken_does_not_hold_the_call(void **state)
{
    (void) state;
    begin();
    fake.say_rc = -EIO;
    say(500, "when are you open on weekdays");
    answer(LONG);
    be_silent(1200);
    assert_int_equal(talk->state, TALK_LISTENING);
}

static void
keys_are_one_turn_when_they_pause_or_at_a_hash(void **state)
{
    (void) state;
    begin();
    talk_on_key(talk, '4', now);
    be_silent(1500);
    talk_on_key(talk, '2', now);
    be_silent(1900);
    assert_int_equal(fake.asks, 0);
    be_silent(200);
    assert_non_null(strstr(fake.messages, "|U:42|"));
    answer_done();

    talk_on_key(talk, '7', now);
    talk_on_key(talk, '#', now);
    be_silent(40);
    assert_non_null(strstr(fake.messages, "|U:7|"));
    answer_done();

    talk_on_key(talk, '#', now);
    be_silent(2500);
    assert_int_equal(fake.asks, 2);
}

static void
a_key_ends_what_is_being_said(void **state)
{
    (void) state;
    begin_answer();
    talk_on_key(talk, '1', now);
    assert_int_equal(talk->state, TALK_LISTENING);
    be_silent(2100);
    assert_non_null(strstr(fake.messages, "|A!:We are open|U:1|"));
}

static void
keys_without_end_have_a_limit(void **state)
{
    int i;

    (void) state;
    begin();
    for (i = 0; i < 10000; i++) {
        talk_on_key(talk, '9', now);
    }
    be_silent(2100);
    assert_int_equal(fake.asks, 1);
    assert_int_equal(strlen(strstr(fake.messages, "U:")),
                     2 + TALK_KEYS_MAX + 1);
}

static void
without_interruptions_a_voice_changes_nothing(void **state)
{
    unsigned clears;

    (void) state;
    begin();
    agent.interruptions = 0;
    say(800, "when are you open on weekdays");
    answer(LONG);
    clears = line.clears;
    be_silent(500);
    fake.says = "no wait stop it";
    speak(1500);
    be_silent(2500);
    assert_int_equal(line.clears, clears);
    assert_int_equal(fake.asks, 1);
    assert_int_equal(talk->state, TALK_LISTENING);
    say(500, "and on sunday");
    assert_non_null(strstr(fake.messages, LONG "|U:and on sunday|"));
}

static void
before_the_recognizer_is_open_a_voice_stops_nothing(void **state)
{
    (void) state;
    create(GREETING, "[]");
    ear_close(&talk->ear);
    be_silent(200);
    speak(1200);
    assert_int_equal(talk->state, TALK_SPEAKING);
    be_silent(400);
    assert_int_equal(talk->state, TALK_LISTENING);
    expect_turns("\n1 assistant " GREETING);
}

static void
a_recognizer_that_cannot_be_opened_ends_the_call_kindly(void **state)
{
    (void) state;
    fake.open_rc = -EIO;
    create(GREETING, "[]");
    talk_listen(talk);
    be_silent(9000);
    assert_int_equal(over_count, 1);
    assert_string_equal(over_reason, "recognizer_failed");
}

static void
a_call_of_another_worker_ends_without_a_trace(void **state)
{
    unsigned writes, clears;
    size_t   samples;

    (void) state;
    begin_answer();
    writes = rows.writes;
    samples = line.samples;
    clears = line.clears;
    line_give_away(&line);
    fake.says = "no wait stop it";
    speak(800);
    be_silent(3000);
    assert_int_equal(talk->state, TALK_OVER);
    assert_int_equal(stale_count, 1);
    assert_int_equal(over_count, 0);
    assert_int_equal(rows.writes, writes);
    assert_int_equal(line.samples, samples);
    assert_int_equal(line.clears, clears);
}

static void
words_to_a_call_of_another_worker_are_not_written(void **state)
{
    unsigned writes;

    (void) state;
    begin_answer();
    speak(240);
    assert_int_equal(talk->state, TALK_YIELDING);
    writes = rows.writes;
    line_give_away(&line);
    fake.says = "no wait stop it";
    be_silent(1500);
    talk_hang_up(talk, now);
    assert_int_equal(talk->state, TALK_OVER);
    assert_int_equal(rows.writes, writes);
}

static void
a_store_that_knows_another_owner_ends_it_as_well(void **state)
{
    (void) state;
    begin_with(500, "i need a time tomorrow");
    asks_for_slots();
    tool_answers(0, -ESTALE, NULL);
    assert_int_equal(stale_count, 1);
    assert_int_equal(talk->state, TALK_OVER);
    answer("Too late.");
    be_silent(500);
    assert_int_equal(talk->state, TALK_OVER);
    assert_int_equal(fake.says_count, 1);
}

static void
what_comes_after_the_end_wakes_nothing(void **state)
{
    (void) state;
    begin_with(500, "i need a time tomorrow");
    asks_for_slots();
    talk_hang_up(talk, now);
    tool_answers(0, 0, "{\"ok\":true}");
    answer("Nine.");
    fake.llm->events->on_error(fake.llm->data, fake.asked, &lost);
    talk_on_key(talk, '1', now);
    talk_farewell(talk, "Goodbye.", "no_balance");
    be_silent(9500);
    assert_int_equal(talk->state, TALK_OVER);
    assert_int_equal(fake.says_count, 1);
    assert_int_equal(over_count, 0);
}

static void
a_resumed_call_asks_its_last_question_again(void **state)
{
    (void) state;
    create(GREETING,
           "[{\"seq\":1,\"role\":\"assistant\",\"content\":\"Hello.\"},"
           "{\"seq\":2,\"role\":\"user\",\"content\":\"book\"},"
           "{\"seq\":3,\"role\":\"tool\",\"content\":\"{}\"},"
           "{\"seq\":4,\"role\":\"assistant\",\"content\":\"For when?\","
           "\"interrupted\":true}]");
    assert_string_equal(fake.said_text,
                        "I'm sorry, I lost you for a moment. For when?|");
    assert_int_equal(fake.asks, 0);
    be_silent(5000);
    say(500, "for tomorrow at ten");
    assert_string_equal(fake.messages,
                        "A:Hello.|U:book|A!:For when?|"
                        "A:I'm sorry, I lost you for a moment. For when?|"
                        "U:for tomorrow at ten|");
}

static void
a_resumed_call_answers_what_was_asked(void **state)
{
    (void) state;
    create(GREETING,
           "[{\"seq\":1,\"role\":\"assistant\",\"content\":\"Hello.\"},"
           "{\"seq\":2,\"role\":\"user\",\"content\":\"book\"},"
           "{\"seq\":3,\"role\":\"assistant\",\"content\":\"\","
           "\"interrupted\":true}]");
    assert_int_equal(talk->state, TALK_THINKING);
    assert_string_equal(fake.messages, "A:Hello.|U:book|");
    assert_int_equal(fake.says_count, 0);
}

static void
a_resumed_call_repeats_a_long_speech_by_whole_words(void **state)
{
    char   turns_json[2048], text[1400];
    size_t i;

    (void) state;
    for (i = 0; i + 8 < sizeof(text); i += 7) {
        memcpy(text + i, "m\xc3\xb6"
                         "gen ",
               8);
    }
    (void) snprintf(turns_json, sizeof(turns_json),
                    "[{\"seq\":1,\"role\":\"assistant\",\"content\":\"%s\"}]",
                    text);
    create(GREETING, turns_json);
    i = strlen(fake.said_text);
    assert_true(i > 600 && i < 641);
    assert_string_equal(fake.said_text + i - 7, "m\xc3\xb6"
                                                "gen|");
}

static void
a_farewell_replaces_what_is_being_said_or_thought(void **state)
{
    (void) state;
    begin_answer();
    talk_farewell(talk, "We have to end here.", "no_balance");
    talk_farewell(talk, "We have to end here.", "too_long");
    be_silent(2500);
    assert_int_equal(over_count, 1);
    assert_string_equal(over_reason, "no_balance");
    assert_non_null(strstr(rows.turns, "\n3 assistant! We are open\n"));
}

static void
an_answer_on_its_way_does_not_undo_a_farewell(void **state)
{
    (void) state;
    begin_with(500, "when are you open on weekdays");
    assert_int_equal(talk->state, TALK_THINKING);
    talk_farewell(talk, "We have to end here.", "no_balance");
    answer(LONG);
    be_silent(2500);
    assert_int_equal(over_count, 1);
    assert_string_equal(over_reason, "no_balance");
    assert_string_equal(fake.said_text, GREETING "|We have to end here.|");
}

static void
a_tool_that_ends_late_does_not_undo_a_farewell(void **state)
{
    (void) state;
    begin_with(800, "i need a time tomorrow");
    asks_for_slots();
    say(400, "no wait");
    talk_farewell(talk, "We have to end here.", "no_balance");
    tool_answers(0, 0, "{\"ok\":true}");
    be_silent(2500);
    assert_int_equal(over_count, 1);
    assert_int_equal(fake.asks, 1);
    assert_non_null(strstr(rows.turns, " user no wait"));
}

static void
who_hangs_up_in_a_speech_has_heard_it_so_far(void **state)
{
    (void) state;
    begin_answer();
    talk_hang_up(talk, now);
    expect_turns("\n1 assistant " GREETING
                 "\n2 user when are you open on weekdays"
                 "\n3 assistant! We are open");
    assert_int_equal(over_count, 0);
}

static void
who_hangs_up_after_the_last_word_has_heard_all_of_it(void **state)
{
    (void) state;
    begin_answer();
    while (playout_left_ms(&talk->playout, now) > 0) {
        echoes = 0;
        be_silent(20);
        if (line.mark_count == 2 && played_ms <= now) {
            playout_on_mark(&talk->playout, line.marks[1]);
        }
    }
    talk_hang_up(talk, now);
    assert_null(strstr(rows.turns, "assistant!"));
}

static void
who_hangs_up_while_a_tool_runs_has_said_it_all_the_same(void **state)
{
    (void) state;
    begin_with(800, "i need a time tomorrow");
    asks_for_slots();
    say(400, "never mind");
    talk_hang_up(talk, now);
    assert_non_null(strstr(rows.turns, "\n3 user never mind"));
}

static void
turns_tell_where_the_time_went(void **state)
{
    (void) state;
    begin_with(800, "when are you open on weekdays");
    answer("Every day.");
    assert_true(talk->speech.times.voice_end > 0);
    assert_true(talk->speech.times.voice_end <= talk->speech.times.asked);
    assert_true(talk->speech.times.decided <= talk->speech.times.sentence);
    assert_true(talk->speech.times.sentence <= talk->speech.times.audio);
    assert_int_equal(talk->confidence * 100, 50);
}

#define TALK_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TALK_TEST(it_greets_and_then_listens),
        TALK_TEST(a_call_without_a_greeting_listens_at_once),
        TALK_TEST(an_utterance_is_answered_and_both_are_written),
        TALK_TEST(two_hundred_ms_of_voice_pause_it_and_seven_hundred_end_it),
        TALK_TEST(words_end_it_before_the_voice_does),
        TALK_TEST(a_cough_pauses_it_and_all_of_it_is_heard),
        TALK_TEST(mm_hm_is_no_interruption_and_yes_near_the_end_is),
        TALK_TEST(what_was_heard_is_cut_at_a_word_everywhere),
        TALK_TEST(an_answer_of_which_nothing_was_heard_is_taken_back),
        TALK_TEST(stale_audio_after_a_cancel_is_dropped),
        TALK_TEST(marks_echoed_by_a_clear_are_not_heard),
        TALK_TEST(a_caller_who_speaks_before_the_first_frame_is_let_speak),
        TALK_TEST(an_answer_not_spoken_yet_is_canceled_by_more_words),
        TALK_TEST(a_noise_while_it_thinks_takes_nothing_back),
        TALK_TEST(words_not_understood_are_asked_about),
        TALK_TEST(what_is_said_while_a_tool_runs_is_answered_after_it),
        TALK_TEST(a_tool_interrupted_by_a_voice_keeps_its_result),
        TALK_TEST(a_cut_goes_through_the_messages_of_an_answer),
        TALK_TEST(several_tools_of_an_answer_all_run_and_then_it_goes_on),
        TALK_TEST(a_silent_caller_is_asked_once_and_then_let_go),
        TALK_TEST(a_caller_who_answers_is_asked_again_later),
        TALK_TEST(a_running_tool_is_no_idle_caller),
        TALK_TEST(a_goodbye_is_played_to_its_end),
        TALK_TEST(a_goodbye_is_over_even_if_no_mark_comes),
        TALK_TEST(nothing_stops_a_goodbye),
        TALK_TEST(an_answer_of_nothing_but_the_end_ends_the_call),
        TALK_TEST(an_empty_answer_gives_the_floor_back),
        TALK_TEST(a_model_that_fails_once_is_excused_and_twice_ends_the_call),
        TALK_TEST(a_model_that_works_again_is_forgiven),
        TALK_TEST(a_model_that_fails_in_a_sentence_leaves_no_unheard_words),
        TALK_TEST(a_model_that_never_answers_has_failed),
        TALK_TEST(a_slow_tool_is_no_failure_of_the_model),
        TALK_TEST(a_synthesizer_that_never_gives_does_not_hold_the_call),
        TALK_TEST(a_long_speech_is_not_taken_for_a_stuck_one),
        TALK_TEST(a_sentence_that_cannot_be_spoken_does_not_hold_the_call),
        TALK_TEST(keys_are_one_turn_when_they_pause_or_at_a_hash),
        TALK_TEST(a_key_ends_what_is_being_said),
        TALK_TEST(keys_without_end_have_a_limit),
        TALK_TEST(without_interruptions_a_voice_changes_nothing),
        TALK_TEST(before_the_recognizer_is_open_a_voice_stops_nothing),
        TALK_TEST(a_recognizer_that_cannot_be_opened_ends_the_call_kindly),
        TALK_TEST(a_call_of_another_worker_ends_without_a_trace),
        TALK_TEST(words_to_a_call_of_another_worker_are_not_written),
        TALK_TEST(a_store_that_knows_another_owner_ends_it_as_well),
        TALK_TEST(what_comes_after_the_end_wakes_nothing),
        TALK_TEST(a_resumed_call_asks_its_last_question_again),
        TALK_TEST(a_resumed_call_answers_what_was_asked),
        TALK_TEST(a_resumed_call_repeats_a_long_speech_by_whole_words),
        TALK_TEST(a_farewell_replaces_what_is_being_said_or_thought),
        TALK_TEST(an_answer_on_its_way_does_not_undo_a_farewell),
        TALK_TEST(a_tool_that_ends_late_does_not_undo_a_farewell),
        TALK_TEST(who_hangs_up_in_a_speech_has_heard_it_so_far),
        TALK_TEST(who_hangs_up_after_the_last_word_has_heard_all_of_it),
        TALK_TEST(who_hangs_up_while_a_tool_runs_has_said_it_all_the_same),
        TALK_TEST(turns_tell_where_the_time_went),
    };

    log_open(LOG_ERROR, "talk");

    return cmocka_run_group_tests(tests, NULL, NULL);
}
