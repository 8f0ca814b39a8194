/* SPDX-License-Identifier: BSD-2-Clause */

/* What a client is: agents, numbers, hours, knowledge. */

#include "ngx_frontdesk_rows.h"

/* What is a row's of a client, by itself and below its client. */
#define ITEM(path, noun, fields)                                              \
    GET_ONE("/api/" path "/{id}", "select * from api." noun "_get($1)"),      \
    GET_ONE("/api/clients/{id}/" path "/{item_id}",                           \
            "select * from api." noun "_get($2) where client_id = $1::uuid"), \
    UPDATE("/api/" path "/{id}",                                              \
           "select * from api." noun "_update($1, $2)", fields,               \
           "select * from api." noun "_get($1)"),                             \
    UPDATE("/api/clients/{id}/" path "/{item_id}",                            \
           "select * from api." noun "_update($2, $3, $1)", fields,           \
           "select * from api." noun "_get($2) where client_id = $1::uuid"),  \
    DELETE("/api/" path "/{id}", "select * from api." noun "_delete($1)",     \
           "select * from api." noun "_get($1)"),                             \
    DELETE("/api/clients/{id}/" path "/{item_id}",                            \
           "select * from api." noun "_delete($2, $1)",                       \
           "select * from api." noun "_get($2) where client_id = $1::uuid")

/* Clients. */

#define TOOLS ABOUT("What it may do, by name")
#define ZONE  ABOUT("Of a place, as America/New_York")

#define CLIENT_FIELDS                                                         \
    PHONE("phone_number", NULLABLE, ABOUT("The number people call")),         \
    PHONE("owner_phone", NULLABLE, ABOUT("Rung first, and transferred to")),  \
    TEXT("timezone", 1, 64, ZONE), TEXT("calendar_id", 0, 300, NULLABLE),     \
    TEXT("system_prompt", 0, 50000, ABOUT("Of the default agent")),           \
    TEXT("initial_greeting", 0, 2000, ABOUT("Of the default agent")),         \
    TEXT("llm_model", 0, 200), TEXT("stt_model", 0, 200),                     \
    TEXT("tts_provider", 1, 32), TEXT("tts_model", 0, 200),                   \
    TEXT("tts_voice_id", 0, 200), TEXTS("enabled_tools", 20, TOOLS),          \
    CHOICE("routing", "ai_only|owner_first|ai_after_hours|human_only"),       \
    CHOICE("voice_mode", "stream|gather"),                                    \
    INTEGER("ring_seconds", 5, 60, ABOUT("For the owner to answer")),         \
    INTEGER("slot_step_minutes", 5, 240),                                     \
    INTEGER("buffer_before_minutes", 0, 240),                                 \
    INTEGER("buffer_after_minutes", 0, 240),                                  \
    INTEGER("lead_minutes", 0, 43200, ABOUT("Bookings are so far ahead")),    \
    INTEGER("max_days_ahead", 1, 730),                                        \
    INTEGER("appointment_minutes", 5, 1440), BOOLEAN("is_active"), END

static const ngx_frontdesk_field_t ngx_frontdesk_clients_query[] = {
    TEXT("q", 1, 100, ABOUT("Part of a name or a number")),
    BOOLEAN("is_active"),
    CHOICE("sort", "name|-name|created_at|-created_at"), PAGE, END
};

static const ngx_frontdesk_field_t ngx_frontdesk_client_new[] = {
    TEXT("name", 1, 200, REQUIRED),
    TEXT("template", 1, 32, ABOUT("A key of /api/templates")), CLIENT_FIELDS
};

static const ngx_frontdesk_field_t ngx_frontdesk_client_body[] = {
    TEXT("name", 1, 200), CLIENT_FIELDS
};

/* Agents. */

#define AGENT_FIELDS                                                          \
    TEXT("name", 1, 200), CHOICE("pipeline", "staged|realtime|echo"),         \
    TEXT("language", 2, 6, ABOUT("As en-US")),                                \
    TEXT("llm_provider", 1, 32), TEXT("llm_model", 0, 200),                   \
    NUMBER("temperature", 0, 2), TEXT("stt_provider", 1, 32),                 \
    TEXT("stt_model", 0, 200), TEXT("tts_provider", 1, 32),                   \
    TEXT("tts_model", 0, 200), TEXT("tts_voice_id", 0, 200),                  \
    NUMBER("tts_speed", 0.5, 2), TEXT("system_prompt", 0, 50000),             \
    TEXT("initial_greeting", 0, 2000), TEXTS("enabled_tools", 20, TOOLS),     \
    BOOLEAN("interruptions", ABOUT("Whether callers may interrupt it")),      \
    INTEGER("endpointing_ms", 100, 5000, ABOUT("Silence that ends a turn")),  \
    INTEGER("max_call_seconds", 30, 14400)

#define DEFAULT_FIELDS                                                        \
    BOOLEAN("is_default", ABOUT("Answers numbers without an agent")),         \
    BOOLEAN("is_active")

static const ngx_frontdesk_field_t ngx_frontdesk_agents_query[] = {
    UUID("client_id"), PAGE, END
};

static const ngx_frontdesk_field_t ngx_frontdesk_agent_new[] = {
    TEXT("template", 1, 32, ABOUT("A key of /api/templates")), AGENT_FIELDS,
    DEFAULT_FIELDS, END
};

static const ngx_frontdesk_field_t ngx_frontdesk_client_agent_new[] = {
    UUID("client_id", REQUIRED),
    TEXT("template", 1, 32, ABOUT("A key of /api/templates")), AGENT_FIELDS,
    DEFAULT_FIELDS, END
};

static const ngx_frontdesk_field_t ngx_frontdesk_agent_body[] = {
    AGENT_FIELDS, DEFAULT_FIELDS, END
};

static const ngx_frontdesk_field_t ngx_frontdesk_draft_body[] = {
    TEXT("note", 0, 500, ABOUT("What it is for")), AGENT_FIELDS, END
};

/* Numbers. */

static const ngx_frontdesk_field_t ngx_frontdesk_numbers_query[] = {
    CHOICE("status", "active|inactive|suspended"), PAGE, END
};

static const ngx_frontdesk_field_t ngx_frontdesk_all_numbers_query[] = {
    UUID("client_id"), CHOICE("status", "active|inactive|suspended"), PAGE,
    END
};

static const ngx_frontdesk_field_t ngx_frontdesk_number_new[] = {
    PHONE("phone_number", REQUIRED, ABOUT("One you have at the carrier")),
    UUID("agent_id", NULLABLE), CHOICE("status", "active|inactive|suspended"),
    END
};

static const ngx_frontdesk_field_t ngx_frontdesk_number_body[] = {
    UUID("agent_id", NULLABLE, ABOUT("null: the client's default agent")),
    CHOICE("status", "active|inactive|suspended"), END
};

/* Hours. */

static const ngx_frontdesk_field_t ngx_frontdesk_interval[] = {
    INTEGER("weekday", 1, 7, REQUIRED, ABOUT("1 is Monday")),
    CLOCK("opens", REQUIRED),
    TEXT("closes", 5, 5, REQUIRED, ABOUT("24:00 is midnight")), END
};

static const ngx_frontdesk_field_t ngx_frontdesk_hours_body[] = {
    TEXT("timezone", 1, 64, ZONE),
    OBJECTS("hours", ngx_frontdesk_interval, 100), END
};

static const ngx_frontdesk_field_t ngx_frontdesk_holiday[] = {
    DATE("day", REQUIRED), TEXT("name", 0, 200),
    CLOCK("opens", NULLABLE, ABOUT("Absent: closed all day")),
    TEXT("closes", 5, 5, NULLABLE), END
};

static const ngx_frontdesk_field_t ngx_frontdesk_holidays_body[] = {
    OBJECTS("holidays", ngx_frontdesk_holiday, 500, REQUIRED), END
};

/* Whom calls are transferred to. */

#define TRANSFER_FIELDS                                                       \
    INTEGER("priority", -100, 100, ABOUT("The highest is tried first")),      \
    OBJECTS("hours", ngx_frontdesk_interval, 100, NULLABLE,                   \
            ABOUT("null: the client's own")),                                 \
    BOOLEAN("is_active"), END

static const ngx_frontdesk_field_t ngx_frontdesk_page_query[] = { PAGE, END };

static const ngx_frontdesk_field_t ngx_frontdesk_department_body[] = {
    TEXT("name", 1, 100, REQUIRED), TEXT("description", 0, 1000),
    PHONE("phone_number", NULLABLE), TRANSFER_FIELDS
};

static const ngx_frontdesk_field_t ngx_frontdesk_target_body[] = {
    TEXT("name", 1, 100, REQUIRED), PHONE("phone_number", REQUIRED),
    UUID("department_id", NULLABLE), TRANSFER_FIELDS
};

/* Knowledge. */

static const ngx_frontdesk_field_t ngx_frontdesk_knowledge_query[] = {
    TEXT("q", 1, 100, ABOUT("Part of a question, an answer or a keyword")),
    TEXT("category", 0, 100), BOOLEAN("is_active"),
    CHOICE("sort", "-created_at|created_at|-priority|question|category"), PAGE,
    END
};

static const ngx_frontdesk_field_t ngx_frontdesk_knowledge_body[] = {
    TEXT("question", 1, 1000, REQUIRED), TEXT("answer", 1, 10000, REQUIRED),
    TEXT("category", 0, 100), TEXTS("keywords", 50),
    INTEGER("priority", -100, 100), BOOLEAN("is_active"), END
};

static const ngx_frontdesk_field_t ngx_frontdesk_search_body[] = {
    TEXT("query", 1, 1000, REQUIRED, ABOUT("As a caller would ask")),
    INTEGER("limit", 1, 50), END
};

static const ngx_frontdesk_field_t ngx_frontdesk_document_body[] = {
    TEXT("title", 1, 200, REQUIRED),
    TEXT("content", 1, 1048576, REQUIRED, ABOUT("Cut at its headings")),
    CHOICE("format", "text|markdown"), TEXT("category", 0, 100), END
};

/* ngx_frontdesk_provider.c has the places of these. */
static const ngx_frontdesk_field_t ngx_frontdesk_provider_body[] = {
    TEXT("provider", 1, 32, REQUIRED, ABOUT("As deepgram")),
    TEXT("key", 8, 1000, REQUIRED, ABOUT("Written, never read back")), END
};

const ngx_frontdesk_route_t ngx_frontdesk_routes_business[] = {
    GET_LIST("/api/clients",
             "select * from api.client_list($1, $2, $3, $4, $5, $6, $7)",
             ngx_frontdesk_clients_query, .keyset = "name"),
    CREATE("/api/clients", "select * from api.client_create($1)",
           ngx_frontdesk_client_new, "/api/clients/"),
    GET_ONE("/api/clients/{id}", "select * from api.client_get($1)"),
    UPDATE("/api/clients/{id}", "select * from api.client_update($1, $2)",
           ngx_frontdesk_client_body, "select * from api.client_get($1)"),
    DELETE("/api/clients/{id}", "select * from api.client_delete($1)",
           "select * from api.client_get($1)"),

    GET_LIST("/api/templates", "select * from api.template_list()", NULL),
    GET_ONE("/api/templates/{key:text}",
            "select * from api.template_get($1)"),

    GET_LIST("/api/agents",
             "select * from api.agent_list($1, $2, $3, $4, $5)",
             ngx_frontdesk_agents_query, .keyset = "name"),
    CREATE("/api/agents",
           "select * from api.agent_create("
           "($1::json ->> 'client_id')::uuid, $1::json)",
           ngx_frontdesk_client_agent_new, "/api/agents/"),
    GET_LIST("/api/clients/{id}/agents",
             "select * from api.agent_list($1, $2, $3, $4, $5)",
             ngx_frontdesk_page_query, .keyset = "name"),
    CREATE("/api/clients/{id}/agents",
           "select * from api.agent_create($1, $2)", ngx_frontdesk_agent_new,
           "/api/agents/"),
    ITEM("agents", "agent", ngx_frontdesk_agent_body),

    GET_LIST("/api/agents/{id}/versions",
             "select * from api.agent_version_list($1, $2, $3, $4, $5)",
             ngx_frontdesk_page_query, .keyset = "version"),
    CREATE("/api/agents/{id}/versions",
           "select * from api.agent_version_create($1, $2)",
           ngx_frontdesk_draft_body, "/api/agent-versions/"),
    GET_ONE("/api/agent-versions/{id}",
            "select * from api.agent_version_find($1)"),
    GET_ONE("/api/agents/{id}/versions/{n:int}",
            "select * from api.agent_version_get($1, $2)"),
    ACTION("/api/agents/{id}/versions/{n:int}/publish",
           "select * from api.agent_version_publish($1, $2)", ONE),
    ACTION("/api/agents/{id}/versions/{n:int}/restore",
           "select * from api.agent_version_restore($1, $2)", ONE),
    GET_LIST("/api/agents/{id}/versions/{a:int}/diff/{b:int}",
             "select * from api.agent_version_diff($1, $2, $3)", NULL),

    GET_LIST("/api/phone-numbers",
             "select * from api.phone_number_list($1, $2, $3, $4, $5, $6)",
             ngx_frontdesk_all_numbers_query, .keyset = "created_at"),
    GET_LIST("/api/clients/{id}/phone-numbers",
             "select * from api.phone_number_list($1, $2, $3, $4, $5, $6)",
             ngx_frontdesk_numbers_query, .keyset = "created_at"),
    CREATE("/api/clients/{id}/phone-numbers",
           "select * from api.phone_number_create($1, $2)",
           ngx_frontdesk_number_new, "/api/phone-numbers/"),
    ITEM("phone-numbers", "phone_number", ngx_frontdesk_number_body),

    GET_ONE("/api/clients/{id}/business-hours",
            "select * from api.business_hours_get($1)"),
    SET("/api/clients/{id}/business-hours",
        "select * from api.business_hours_update($1, $2)", ONE,
        ngx_frontdesk_hours_body,
        .object_sql = "select * from api.business_hours_get($1)"),
    GET_ONE("/api/clients/{id}/holidays",
            "select * from api.holidays_get($1)"),
    SET("/api/clients/{id}/holidays",
        "select * from api.holidays_update($1, $2)", ONE,
        ngx_frontdesk_holidays_body,
        .object_sql = "select * from api.holidays_get($1)"),

    GET_LIST("/api/clients/{id}/departments",
             "select * from api.department_list($1, $2, $3, $4, $5)",
             ngx_frontdesk_page_query, .keyset = "name"),
    CREATE("/api/clients/{id}/departments",
           "select * from api.department_create($1, $2)",
           ngx_frontdesk_department_body, "/api/departments/"),
    ITEM("departments", "department", ngx_frontdesk_department_body),

    GET_LIST("/api/clients/{id}/transfer-targets",
             "select * from api.transfer_target_list($1, $2, $3, $4, $5)",
             ngx_frontdesk_page_query, .keyset = "name"),
    CREATE("/api/clients/{id}/transfer-targets",
           "select * from api.transfer_target_create($1, $2)",
           ngx_frontdesk_target_body, "/api/transfer-targets/"),
    ITEM("transfer-targets", "transfer_target", ngx_frontdesk_target_body),

    GET_LIST("/api/clients/{id}/knowledge",
             "select * from api.knowledge_list("
             "$1, $2, $3, $4, $5, $6, $7, $8, $9)",
             ngx_frontdesk_knowledge_query, .keyset = "created_at"),
    CREATE("/api/clients/{id}/knowledge",
           "select * from api.knowledge_create($1, $2)",
           ngx_frontdesk_knowledge_body, "/api/knowledge/"),
    ACTION("/api/clients/{id}/knowledge/search",
           "select * from api.knowledge_search($1, $2)", LIST,
           .body = ngx_frontdesk_search_body),
    ACTION("/api/clients/{id}/knowledge/import",
           "select * from api.knowledge_import($1, $2)", ONE,
           .body = ngx_frontdesk_document_body),
    ITEM("knowledge", "knowledge", ngx_frontdesk_knowledge_body),

    GET_LIST("/api/clients/{id}/providers",
             "select * from api.provider_list($1)", NULL),
    GET_ONE("/api/clients/{id}/providers/{kind:text}",
            "select * from api.provider_get($1, $2)"),
    HANDLER(NGX_HTTP_PUT, "/api/clients/{id}/providers/{kind:text}", provider,
            .sql = "select * from api.provider_set($1, $2, $3)",
            .result = NGX_FRONTDESK_ONE, .body = ngx_frontdesk_provider_body),
    DELETE("/api/clients/{id}/providers/{kind:text}",
           "select * from api.provider_delete($1, $2)",
           "select * from api.provider_get($1, $2)"),

    LAST_ROW,
};
