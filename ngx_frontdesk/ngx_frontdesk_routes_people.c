/* SPDX-License-Identifier: BSD-2-Clause */

/* Who called, and what became of it. */

#include "ngx_frontdesk_rows.h"

#define NEWEST_FIRST "-created_at|created_at"
#define STATUSES                                                              \
    "ringing|in_progress|completed|failed|no_answer|busy|canceled"

/* Contacts: by id, or by number. */

static const ngx_frontdesk_field_t ngx_frontdesk_contacts_query[] = {
    TEXT("q", 1, 100, ABOUT("Part of a name, a number or notes")),
    TEXT("tag", 1, 50), CHOICE("sort", NEWEST_FIRST "|name"), PAGE, END
};

static const ngx_frontdesk_field_t ngx_frontdesk_all_contacts_query[] = {
    UUID("client_id"), TEXT("q", 1, 100), TEXT("tag", 1, 50),
    CHOICE("sort", NEWEST_FIRST "|name"), PAGE, END
};

static const ngx_frontdesk_field_t ngx_frontdesk_contact_query[] = {
    UUID("client_id", ABOUT("Which client's, when several have the number")),
    END
};

static const ngx_frontdesk_field_t ngx_frontdesk_contact_body[] = {
    PHONE("phone_number", REQUIRED), TEXT("name", 0, 200),
    TEXT("notes", 0, 10000), TEXTS("tags", 50),
    BOOLEAN("is_blocked", ABOUT("Calls are refused")), END
};

static const ngx_frontdesk_field_t ngx_frontdesk_client_contact_body[] = {
    UUID("client_id", REQUIRED), PHONE("phone_number", REQUIRED),
    TEXT("name", 0, 200), TEXT("notes", 0, 10000), TEXTS("tags", 50),
    BOOLEAN("is_blocked", ABOUT("Calls are refused")), END
};

/* What is too long for a contact is told row by row. */
static const ngx_frontdesk_field_t ngx_frontdesk_contact_rows[] = {
    TEXT("phone_number", 0, 100), TEXT("name", 0, 1000),
    TEXT("notes", 0, 20000),
    TEXT("tags", 0, 5000, ABOUT("With semicolons between them")),
    TEXT("id", 0, 100, ABOUT("Of an export; it says nothing")),
    TEXT("client_id", 0, 100), TEXT("is_blocked", 0, 100),
    TEXT("created_at", 0, 100), TEXT("updated_at", 0, 100), END
};

static const ngx_frontdesk_field_t ngx_frontdesk_import_body[] = {
    OBJECTS("rows", ngx_frontdesk_contact_rows, 5000, REQUIRED, .min = 1), END
};

/* Calls, and what was said in them. */

static const ngx_frontdesk_field_t ngx_frontdesk_conversations_query[] = {
    TEXT("q", 1, 500, ABOUT("Words that were said")),
    CHOICE("status", STATUSES), UUID("contact_id"), TIME("from"), TIME("to"),
    CHOICE("sort", NEWEST_FIRST), PAGE, END
};

static const ngx_frontdesk_field_t ngx_frontdesk_conversation_logs_query[] = {
    UUID("client_id"), TEXT("q", 1, 500, ABOUT("Words that were said")),
    CHOICE("status", STATUSES), UUID("contact_id"), TIME("from"), TIME("to"),
    CHOICE("sort", NEWEST_FIRST), PAGE, END
};

static const ngx_frontdesk_field_t ngx_frontdesk_call_logs_query[] = {
    UUID("client_id"), UUID("agent_id"), UUID("campaign_id"),
    CHOICE("status", STATUSES), CHOICE("type", "ai|human"),
    CHOICE("direction", "inbound|outbound|browser"), TIME("from"), TIME("to"),
    PHONE("phone"), TEXT("q", 1, 500, ABOUT("Words that were said")),
    INTEGER("min_duration", 0, 86400, ABOUT("Seconds at least")),
    CHOICE("sort", NEWEST_FIRST), PAGE, END
};

static const ngx_frontdesk_field_t ngx_frontdesk_transcript_query[] = {
    CHOICE("format", "json|txt|vtt"), END
};

/* Leads. */

static const ngx_frontdesk_field_t ngx_frontdesk_leads_query[] = {
    CHOICE("status", "new|contacted|qualified|closed"), TEXT("q", 1, 100),
    TIME("from"), TIME("to"), PAGE, END
};

static const ngx_frontdesk_field_t ngx_frontdesk_all_leads_query[] = {
    UUID("client_id"), CHOICE("status", "new|contacted|qualified|closed"),
    TEXT("q", 1, 100), TIME("from"), TIME("to"), PAGE, END
};

static const ngx_frontdesk_field_t ngx_frontdesk_lead_body[] = {
    TEXT("name", 0, 200), TEXT("phone", 0, 64), EMAIL("email", NULLABLE),
    TEXT("reason", 0, 2000), TEXT("callback_preference", 0, 200, NULLABLE),
    CHOICE("status", "new|contacted|qualified|closed"),
    TEXT("notes", 0, 10000),
    OBJECT("fields", NULL, ABOUT("All there are, as texts by name")), END
};

static const ngx_frontdesk_field_t ngx_frontdesk_leads_body[] = {
    TEXTS("ids", 500, REQUIRED, .min = 1),
    CHOICE("status", "new|contacted|qualified|closed", REQUIRED), END
};

/* Appointments made by hand. */

static const ngx_frontdesk_field_t ngx_frontdesk_appointments_query[] = {
    TIME("from", ABOUT("Of the start")), TIME("to"),
    CHOICE("status", "held|confirmed|canceled|completed|no_show"), PAGE, END
};

static const ngx_frontdesk_field_t ngx_frontdesk_appointment_body[] = {
    TIME("starts_at", REQUIRED), TIME("ends_at"),
    INTEGER("minutes", 5, 1440, ABOUT("Instead of its end")),
    UUID("service_id", NULLABLE), TEXT("service", 0, 100),
    UUID("contact_id", NULLABLE), TEXT("customer_name", 0, 200),
    PHONE("customer_phone", NULLABLE), TEXT("resource", 1, 100),
    CHOICE("status", "held|confirmed|canceled|completed|no_show"),
    TEXT("notes", 0, 10000), END
};

/* Sums, money, and how long things are kept. */

static const ngx_frontdesk_field_t ngx_frontdesk_analytics_query[] = {
    DATE("from", ABOUT("The first day; 30 before the last")),
    DATE("to", ABOUT("The last day; today")),
    CHOICE("by", "day|agent|hour|provider"), END
};

static const ngx_frontdesk_field_t ngx_frontdesk_all_analytics_query[] = {
    UUID("client_id"), DATE("from"), DATE("to"),
    CHOICE("by", "day|agent|hour|provider"), END
};

static const ngx_frontdesk_field_t ngx_frontdesk_usage_query[] = {
    CHOICE("by", "month|day"), DATE("from"), DATE("to"), END
};

static const ngx_frontdesk_field_t ngx_frontdesk_ledger_query[] = {
    CHOICE("kind",
           "purchase|grant|adjustment|refund|reserve|charge|release"),
    TIME("from"), TIME("to"), PAGE, END
};

static const ngx_frontdesk_field_t ngx_frontdesk_erasures_query[] = {
    PAGE, END
};

static const ngx_frontdesk_field_t ngx_frontdesk_retention_body[] = {
    INTEGER("transcript_days", 0, 3650, ABOUT("Texts; 0: not at all")),
    INTEGER("call_days", 0, 3650), INTEGER("recording_days", 0, 3650), END
};

#define CONTACT_GET   "select * from api.contact_get($1, $2)"
#define CONVERSATIONS                                                         \
    "select * from api.conversation_list($1, $2, $3, $4, $5, $6, $7, $8, "    \
    "$9, $10, $11)"
#define CONVERSATION  "select * from api.conversation_get($1)"
#define TRANSCRIPT    "select * from api.transcript_list($1)"
#define CALL_LOG      "select * from api.call_log_get($1)"
#define LEADS                                                                 \
    "select * from api.lead_list($1, $2, $3, $4, $5, $6, $7, $8, $9)"
#define LEAD          "select * from api.lead_get($1)"
#define APPOINTMENT   "select * from api.appointment_get($1)"
#define ANALYTICS     "select * from api.analytics($1, $2, $3, $4)"
#define RETENTION     "select * from api.retention_get($1)"

const ngx_frontdesk_route_t ngx_frontdesk_routes_people[] = {
    GET_LIST("/api/clients/{id}/contacts",
             "select * from api.contact_list($1, $2, $3, $4, $5, $6, $7, $8)",
             ngx_frontdesk_contacts_query, .keyset = "created_at", .csv = 1),
    CREATE("/api/clients/{id}/contacts",
           "select * from api.contact_create($1, $2)",
           ngx_frontdesk_contact_body, "/api/contacts/"),
    ACTION("/api/clients/{id}/contacts/import",
           "select * from api.contact_import($1, $2)", ONE,
           .body = ngx_frontdesk_import_body, .csv_body = 1,
           ABOUT("Rows with a known number bring that contact up to date")),
    GET_LIST("/api/contacts",
             "select * from api.contact_list($1, $2, $3, $4, $5, $6, $7, $8)",
             ngx_frontdesk_all_contacts_query, .keyset = "created_at",
             .csv = 1),
    CREATE("/api/contacts", "select * from api.contact_create(null, $1)",
           ngx_frontdesk_client_contact_body, "/api/contacts/"),
    GET_ONE("/api/contacts/{contact:text}", CONTACT_GET,
            .query = ngx_frontdesk_contact_query,
            ABOUT("By id, or by number")),
    UPDATE("/api/contacts/{contact:text}",
           "select * from api.contact_update($1, $2, $3)",
           ngx_frontdesk_contact_body, CONTACT_GET,
           .query = ngx_frontdesk_contact_query),
    DELETE("/api/contacts/{contact:text}",
           "select * from api.contact_delete($1, $2)", CONTACT_GET,
           .query = ngx_frontdesk_contact_query),
    CREATE("/api/contacts/{contact:text}/erase",
           "select * from api.contact_erase($1, $2)", NULL, "/api/erasures/",
           .query = ngx_frontdesk_contact_query,
           ABOUT("Erases a person from all there is; a job does it")),
    GET_ONE("/api/erasures/{id}", "select * from api.erasure_get($1)"),
    GET_LIST("/api/clients/{id}/erasures",
             "select * from api.erasure_list($1, $2, $3, $4, $5)",
             ngx_frontdesk_erasures_query, .keyset = "created_at"),
    GET_ONE("/api/clients/{id}/retention", RETENTION),
    UPDATE("/api/clients/{id}/retention",
           "select * from api.retention_update($1, $2)",
           ngx_frontdesk_retention_body, RETENTION),

    GET_LIST("/api/clients/{id}/conversations", CONVERSATIONS,
             ngx_frontdesk_conversations_query, .keyset = "created_at",
             .csv = 1),
    GET_ONE("/api/conversations/{id}", CONVERSATION),
    DELETE("/api/conversations/{id}",
           "select * from api.conversation_delete($1)", CONVERSATION),
    GET_LIST("/api/conversation-logs", CONVERSATIONS,
             ngx_frontdesk_conversation_logs_query, .keyset = "created_at",
             .csv = 1),
    GET_ONE("/api/conversation-logs/{id}", CONVERSATION),
    DELETE("/api/conversation-logs/{id}",
           "select * from api.conversation_delete($1)", CONVERSATION),
    GET_LIST("/api/conversation-logs/{id}/transcript", TRANSCRIPT, NULL),
    GET_LIST("/api/call-logs",
             "select * from api.call_log_list($1, $2, $3, $4, $5, $6, $7, "
             "$8, $9, $10, $11, $12, $13, $14, $15, $16)",
             ngx_frontdesk_call_logs_query, .keyset = "created_at", .csv = 1),
    GET_ONE("/api/call-logs/{id}", CALL_LOG),
    GET_TEXT("/api/transcripts/{call_id}",
             "select * from api.transcript_get($1, $2)",
             .query = ngx_frontdesk_transcript_query),

    GET_LIST("/api/clients/{id}/leads", LEADS, ngx_frontdesk_leads_query,
             .keyset = "created_at", .csv = 1),
    SET("/api/clients/{id}/leads", "select * from api.lead_status_set($1, $2)",
        MESSAGE, ngx_frontdesk_leads_body),
    GET_LIST("/api/leads", LEADS, ngx_frontdesk_all_leads_query,
             .keyset = "created_at", .csv = 1),
    GET_ONE("/api/leads/{id}", LEAD),
    UPDATE("/api/leads/{id}", "select * from api.lead_update($1, $2)",
           ngx_frontdesk_lead_body, LEAD),
    DELETE("/api/leads/{id}", "select * from api.lead_delete($1)", LEAD),

    GET_LIST("/api/clients/{id}/appointments",
             "select * from api.appointment_list($1, $2, $3, $4, $5, $6, $7, "
             "$8)",
             ngx_frontdesk_appointments_query, .keyset = "starts_at",
             .csv = 1),
    CREATE("/api/clients/{id}/appointments",
           "select * from api.appointment_create($1, $2)",
           ngx_frontdesk_appointment_body, "/api/appointments/"),
    GET_ONE("/api/appointments/{id}", APPOINTMENT),
    UPDATE("/api/appointments/{id}",
           "select * from api.appointment_update($1, $2)",
           ngx_frontdesk_appointment_body, APPOINTMENT),
    DELETE("/api/appointments/{id}",
           "select * from api.appointment_delete($1)", APPOINTMENT),

    GET_ONE("/api/analytics", ANALYTICS,
            .query = ngx_frontdesk_all_analytics_query),
    GET_ONE("/api/clients/{id}/analytics", ANALYTICS,
            .query = ngx_frontdesk_analytics_query),
    GET_LIST("/api/clients/{id}/usage",
             "select * from api.usage_list($1, $2, $3, $4)",
             ngx_frontdesk_usage_query, .csv = 1),
    GET_LIST("/api/clients/{id}/ledger",
             "select * from api.ledger_list($1, $2, $3, $4, $5, $6, $7, $8)",
             ngx_frontdesk_ledger_query, .keyset = "created_at", .csv = 1),

    LAST_ROW,
};
