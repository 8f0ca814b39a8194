/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "call/agent.h"

static agent_t agent;

/* One text for both: the claim's answer, and the configuration it is about. */
static int
read_agent(const char *text)
{
    int           rc;
    cJSON        *json = cJSON_Parse(text);
    cache_item_t *config = agent_config(json);

    memset(&agent, 0x55, sizeof(agent));
    rc = agent_read(&agent, json, config, NULL);
    cJSON_Delete(json); /* the agent has its own copy */
    cache_item_drop(config); /* and holds this one */

    return rc;
}

static void
all_that_a_claim_tells_is_read(void **state)
{
    (void) state;
    assert_int_equal(
        read_agent("{\"epoch\":3,\"client_id\":\"c1\",\"client_name\":"
                   "\"Desk\",\"timezone\":\"America/New_York\","
                   "\"caller_phone\":\"+1\",\"contact_name\":\"Ann\","
                   "\"language\":\"en-GB\",\"pipeline\":\"echo\","
                   "\"greeting\":\"Hi.\",\"voice\":\"rms\",\"tts_speed\":1.5,"
                   "\"stt_provider\":\"a\",\"llm_provider\":\"b\","
                   "\"tts_provider\":\"c\",\"interruptions\":false,"
                   "\"max_call_seconds\":60,\"elapsed_seconds\":12,"
                   "\"enabled_tools\":[\"t1\",7,\"t2\"],"
                   "\"services\":[{\"name\":\"cleaning\",\"minutes\":30},"
                   "{\"minutes\":3},\"x\"],\"turns\":[{\"seq\":1}],"
                   "\"state\":{\"state\":\"INTENT\"}}"),
        0);
    assert_int_equal(agent.epoch, 3);
    assert_string_equal(agent.client_id, "c1");
    assert_string_equal(agent.llm.client_name, "Desk");
    assert_string_equal(agent.llm.contact_name, "Ann");
    assert_string_equal(agent.stt.language, "en-GB");
    assert_string_equal(agent.stt.client_id, "c1");
    assert_string_equal(agent.tts.voice, "rms");
    assert_true(agent.tts.speed > 1.4f && agent.tts.speed < 1.6f);
    assert_int_equal(agent.interruptions, 0);
    assert_int_equal(agent.max_call_s, 60);
    assert_int_equal(agent.elapsed_s, 12);
    assert_int_equal(agent.llm.tool_count, 2);
    assert_string_equal(agent.llm.tools[1], "t2");
    assert_int_equal(agent.llm.service_count, 1);
    assert_string_equal(agent.llm.services[0], "cleaning");
    assert_string_equal(agent.llm.state, "{\"state\":\"INTENT\"}");
    assert_int_equal(cJSON_GetArraySize(agent.turns), 1);
    agent_clear(&agent);
    agent_clear(&agent);
}

static void
a_model_is_told_of_the_tools_that_it_may_use(void **state)
{
    (void) state;
    assert_int_equal(read_agent("{\"epoch\":1,\"client_id\":\"c\","
                                "\"system_prompt\":\"Be kind.\","
                                "\"enabled_tools\":[\"capture_lead\","
                                "\"no_such_tool\",\"capture_lead\"]}"),
                     0);
    assert_string_equal(agent.llm.prompt, "Be kind.");
    assert_int_equal(agent.llm.tool_spec_count, 2);
    assert_string_equal(agent.llm.tool_specs[0].name, "capture_lead");
    assert_non_null(strstr(agent.llm.tool_specs[0].schema, "\"reason\""));
    assert_string_equal(agent.llm.tool_specs[1].name, "end_call");
    agent_clear(&agent);
}

static void
what_is_missing_or_of_another_kind_has_a_default(void **state)
{
    (void) state;
    assert_int_equal(read_agent("{\"epoch\":1,\"client_id\":\"c\","
                                "\"greeting\":7,\"tts_speed\":\"fast\","
                                "\"enabled_tools\":{},\"services\":null,"
                                "\"turns\":null,\"state\":\"x\","
                                "\"max_call_seconds\":0}"),
                     0);
    assert_string_equal(agent.greeting, "");
    assert_string_equal(agent.llm.timezone, "UTC");
    assert_string_equal(agent.llm.language, "en-US");
    assert_true(agent.tts.speed == 1.0f);
    assert_int_equal(agent.interruptions, 1);
    assert_int_equal(agent.max_call_s, 4 * 3600);
    assert_int_equal(agent.llm.tool_count, 0);
    assert_int_equal(agent.llm.service_count, 0);
    assert_null(agent.llm.state);
    assert_int_equal(cJSON_GetArraySize(agent.turns), 0);
    agent_clear(&agent);
}

static void
a_speed_nobody_could_follow_is_not_used(void **state)
{
    size_t i;
    char   text[128];

    static const char *const speeds[] = { "0", "-1", "0.4", "2.1", "1e999" };

    (void) state;

    for (i = 0; i < sizeof(speeds) / sizeof(speeds[0]); i++) {
        (void) snprintf(text, sizeof(text),
                        "{\"epoch\":1,\"client_id\":\"c\",\"tts_speed\":%s}",
                        speeds[i]);
        assert_int_equal(read_agent(text), 0);
        assert_true(agent.tts.speed == 1.0f);
        agent_clear(&agent);
    }
}

static void
what_names_no_call_is_refused(void **state)
{
    size_t i;

    static const char *const rows[] = {
        "null",
        "[]",
        "{}",
        "{\"epoch\":1}",
        "{\"client_id\":\"c\"}",
        "{\"epoch\":0,\"client_id\":\"c\"}",
        "{\"epoch\":\"1\",\"client_id\":\"c\"}",
        "{\"epoch\":1,\"client_id\":\"\"}",
    };

    (void) state;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(read_agent(rows[i]), -EINVAL);
        assert_null(agent.json);
    }
}

static void
a_list_without_end_has_a_limit(void **state)
{
    int   i;
    char *text = malloc(8192);

    (void) state;
    assert_non_null(text);
    (void) strcpy(text, "{\"epoch\":1,\"client_id\":\"c\","
                        "\"enabled_tools\":[\"t\"");
    for (i = 0; i < 100; i++) {
        (void) strcat(text, ",\"t\"");
    }
    (void) strcat(text, "]}");
    assert_int_equal(read_agent(text), 0);
    assert_int_equal(agent.llm.tool_count, AGENT_LIST_MAX);
    agent_clear(&agent);
    free(text);
}

static void
agents_of_one_configuration_have_it_in_common(void **state)
{
    agent_t       first, second;
    cJSON        *json = cJSON_Parse("{\"client_id\":\"c\",\"greeting\":"
                                     "\"Hi.\"}");
    cJSON        *answer = cJSON_Parse("{\"epoch\":1,\"client_id\":\"c\","
                                       "\"config\":{\"greeting\":\"No.\"}}");
    cache_item_t *config = agent_config(json);

    (void) state;
    cJSON_Delete(json);
    assert_int_equal(agent_read(&first, answer, config, NULL), 0);
    assert_int_equal(agent_read(&second, answer, config, NULL), 0);
    assert_ptr_equal(first.greeting, second.greeting);
    assert_int_equal(config->held, 3);

    /* What it is told beside is not kept twice. */
    assert_null(cJSON_GetObjectItemCaseSensitive(first.json, "config"));
    cJSON_Delete(answer);
    cache_item_drop(config);
    agent_clear(&first);
    assert_string_equal(second.greeting, "Hi.");
    agent_clear(&second);
}

static void
the_configuration_of_another_client_is_refused(void **state)
{
    cJSON        *json = cJSON_Parse("{\"client_id\":\"d\"}");
    cJSON        *answer = cJSON_Parse("{\"epoch\":1,\"client_id\":\"c\"}");
    cache_item_t *config = agent_config(json);

    (void) state;
    assert_int_equal(agent_read(&agent, answer, config, NULL), -EINVAL);
    assert_null(agent.config);
    assert_int_equal(config->held, 1);
    assert_int_equal(agent_read(&agent, answer, NULL, NULL), -EINVAL);
    cJSON_Delete(json);
    cJSON_Delete(answer);
    cache_item_drop(config);
}

static void
what_a_configuration_takes_is_counted(void **state)
{
    cJSON        *json = cJSON_Parse("{\"system_prompt\":[\"\"]}");
    cache_item_t *small, *large;
    char          text[5001];

    (void) state;
    memset(text, 'x', 5000);
    text[5000] = '\0';
    small = agent_config(json);
    (void) cJSON_AddStringToObject(json, "greeting", text);
    large = agent_config(json);
    assert_true(small->bytes >= 3 * sizeof(cJSON));
    assert_true(large->bytes >= small->bytes + 5000);
    cJSON_Delete(json);
    cache_item_drop(small);
    cache_item_drop(large);
}

static void
a_service_is_spoken_with_as_the_agent_says(void **state)
{
    provider_access_t access;
    const char       *names[AGENT_LIST_MAX];

    (void) state;
    assert_int_equal(
        read_agent("{\"epoch\":1,\"client_id\":\"c\","
                   "\"client_name\":\"Alpha\","
                   "\"llm_provider\":\"one\",\"llm_model\":\"m-1\","
                   "\"llm_alternates\":[\"two\",3,\"three\"],"
                   "\"keyterms\":[\"Nguyen\"],"
                   "\"services\":[{\"name\":\"cleaning\"}],"
                   "\"temperature\":0.5}"),
        0);
    agent_access(&agent, AGENT_LLM, "one", &access);
    assert_string_equal(access.model, "m-1");
    assert_string_equal(access.key, "");

    /* A model's name means nothing to another service. */
    agent_access(&agent, AGENT_LLM, "two", &access);
    assert_string_equal(access.model, "");
    agent_access(&agent, AGENT_STT, "one", &access);
    assert_string_equal(access.model, "");

    assert_int_equal(agent_alternates(&agent, AGENT_LLM, names), 2);
    assert_string_equal(names[1], "three");
    assert_int_equal(agent_alternates(&agent, AGENT_TTS, names), 0);

    assert_int_equal(agent.stt.keyterm_count, 3);
    assert_string_equal(agent.stt.keyterms[0], "Nguyen");
    assert_string_equal(agent.stt.keyterms[1], "Alpha");
    assert_string_equal(agent.stt.keyterms[2], "cleaning");
    assert_true(agent.llm.temperature == 0.5f);
    agent_clear(&agent);

    assert_int_equal(read_agent("{\"epoch\":1,\"client_id\":\"c\","
                                "\"temperature\":7}"),
                     0);
    assert_true(agent.llm.temperature < 0);
    agent_clear(&agent);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_that_a_claim_tells_is_read),
        cmocka_unit_test(a_model_is_told_of_the_tools_that_it_may_use),
        cmocka_unit_test(what_is_missing_or_of_another_kind_has_a_default),
        cmocka_unit_test(a_speed_nobody_could_follow_is_not_used),
        cmocka_unit_test(what_names_no_call_is_refused),
        cmocka_unit_test(a_list_without_end_has_a_limit),
        cmocka_unit_test(agents_of_one_configuration_have_it_in_common),
        cmocka_unit_test(the_configuration_of_another_client_is_refused),
        cmocka_unit_test(what_a_configuration_takes_is_counted),
        cmocka_unit_test(a_service_is_spoken_with_as_the_agent_says),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
