/* SPDX-License-Identifier: BSD-2-Clause */

/* Who works for a client, what was done by whom, and what admins do. */

#include "ngx_frontdesk_rows.h"

#define MEMBER_ROLES "owner|manager|viewer"
#define ROUTINGS     "ai_only|owner_first|ai_after_hours|human_only"
#define LEDGER_KINDS                                                          \
    "purchase|grant|adjustment|refund|reserve|charge|release"

/* Seconds of a balance that are given or taken at once: ten years. */
#define SECONDS_MOST 315360000

static const ngx_frontdesk_field_t ngx_frontdesk_member_query[] = {
    CHOICE("role", MEMBER_ROLES), PAGE, END
};

static const ngx_frontdesk_field_t ngx_frontdesk_member_body[] = {
    CHOICE("role", MEMBER_ROLES, REQUIRED,
           ABOUT("What the member may do from the next request on")),
    END
};

static const ngx_frontdesk_field_t ngx_frontdesk_invitation_query[] = {
    CHOICE("status", "open|accepted|expired"), PAGE, END
};

static const ngx_frontdesk_field_t ngx_frontdesk_invitation_body[] = {
    EMAIL("email", REQUIRED, ABOUT("Where the invitation is sent")),
    CHOICE("role", MEMBER_ROLES, REQUIRED, ABOUT("What they will be")), END
};

static const ngx_frontdesk_field_t ngx_frontdesk_accept_body[] = {
    TEXT("token", 1, 200, REQUIRED, ABOUT("As it is in the mail")), END
};

static const ngx_frontdesk_field_t ngx_frontdesk_audit_query[] = {
    UUID("client_id"),
    UUID("actor", ABOUT("The user who did it")),
    TEXT("action", 1, 200, ABOUT("create, update, delete, refuse, ...")),
    TEXT("object_type", 1, 64, ABOUT("contacts, agents, ..., request")),
    TEXT("object_id", 1, 200),
    CHOICE("result", "ok|refused"),
    TIME("from"),
    TIME("to"),
    PAGE,
    END
};

static const ngx_frontdesk_field_t ngx_frontdesk_users_query[] = {
    TEXT("q", 1, 200, ABOUT("A part of the name or the address")),
    CHOICE("role", "admin|owner"), BOOLEAN("is_active"), PAGE, END
};

static const ngx_frontdesk_field_t ngx_frontdesk_all_clients_query[] = {
    TEXT("q", 1, 200, ABOUT("A part of the name or of its owner's address")),
    UUID("owner_user_id"), BOOLEAN("is_active"), CHOICE("routing", ROUTINGS),
    PAGE, END
};

static const ngx_frontdesk_field_t ngx_frontdesk_any_client_body[] = {
    BOOLEAN("is_active", ABOUT("Whether its calls are answered")),
    CHOICE("routing", ROUTINGS),
    UUID("owner_user_id", ABOUT("Becomes an owner; who was one stays one")),
    END
};

static const ngx_frontdesk_field_t ngx_frontdesk_adjustment_body[] = {
    UUID("client_id", REQUIRED),
    INTEGER("seconds", -SECONDS_MOST, SECONDS_MOST, REQUIRED,
            ABOUT("Given; below zero taken")),
    TEXT("note", 0, 1000, ABOUT("Why")), END
};

static const ngx_frontdesk_field_t ngx_frontdesk_any_ledger_query[] = {
    CHOICE("kind", LEDGER_KINDS), LIMIT, OFFSET, END
};

static const ngx_frontdesk_field_t ngx_frontdesk_balance_query[] = {
    INTEGER("max_seconds", 0, 2147483647,
            ABOUT("Only clients that have so much or less")),
    LIMIT, OFFSET, END
};

static const ngx_frontdesk_field_t ngx_frontdesk_span_query[] = {
    TIME("from", ABOUT("Thirty days before the end when absent")),
    TIME("to", ABOUT("Now when absent")), END
};

static const ngx_frontdesk_field_t ngx_frontdesk_span_page_query[] = {
    TIME("from"), TIME("to"), LIMIT, OFFSET, END
};

static const ngx_frontdesk_field_t ngx_frontdesk_top_query[] = {
    TIME("from"), TIME("to"), LIMIT, END
};

static const ngx_frontdesk_field_t ngx_frontdesk_setting_body[] = {
    TEXT("key", 1, 64, REQUIRED, ABOUT("Lower case, no secret's")),
    TEXT("value", 0, 4000, REQUIRED), END
};

const ngx_frontdesk_route_t ngx_frontdesk_routes_team[] = {
    GET_LIST("/api/clients/{id}/members",
             "select * from api.member_list($1, $2, $3, $4, $5, $6)",
             ngx_frontdesk_member_query, .keyset = "created_at"),
    CREATE("/api/clients/{id}/members",
           "select * from api.invitation_create($1, $2)",
           ngx_frontdesk_invitation_body, "/api/invitations/",
           .about = "Invites somebody by mail"),
    GET_ONE("/api/clients/{id}/members/{user_id}",
            "select * from api.member_get($1, $2)"),
    UPDATE("/api/clients/{id}/members/{user_id}",
           "select * from api.member_update($1, $2, $3)",
           ngx_frontdesk_member_body,
           "select * from api.member_get($1, $2)"),
    DELETE("/api/clients/{id}/members/{user_id}",
           "select * from api.member_delete($1, $2)",
           "select * from api.member_get($1, $2)"),

    GET_LIST("/api/clients/{id}/invitations",
             "select * from api.invitation_list($1, $2, $3, $4, $5, $6)",
             ngx_frontdesk_invitation_query, .keyset = "created_at"),
    GET_ONE("/api/clients/{id}/invitations/{invitation_id}",
            "select * from api.invitation_get($1, $2)"),
    DELETE("/api/clients/{id}/invitations/{invitation_id}",
           "select * from api.invitation_delete($1, $2)",
           "select * from api.invitation_get($1, $2)"),
    GET_ONE("/api/invitations/{id}",
            "select * from api.invitation_get(null, $1)"),
    DELETE("/api/invitations/{id}",
           "select * from api.invitation_delete(null, $1)",
           "select * from api.invitation_get(null, $1)"),
    ACTION("/api/invitations/accept",
           "select * from api.invitation_accept($1)", ONE,
           .body = ngx_frontdesk_accept_body),

    GET_LIST("/api/audit-log",
             "select * from api.audit_log_list($1, $2, $3, $4, $5, $6, $7, "
             "$8, $9, $10, $11, $12)",
             ngx_frontdesk_audit_query, .keyset = "at", .csv = 1),

    GET_ONE("/api/admin/dashboard", "select * from api.admin_dashboard()",
            ADMIN),
    GET_LIST("/api/admin/users",
             "select * from api.admin_user_list($1, $2, $3, $4, $5, $6, $7)",
             ngx_frontdesk_users_query, .keyset = "created_at", .csv = 1,
             ADMIN),
    GET_ONE("/api/admin/users/{id}", "select * from api.admin_user_get($1)",
            ADMIN),
    ACTION("/api/admin/users/{id}/toggle-status",
           "select * from api.admin_user_toggle($1)", ONE, ADMIN),
    GET_LIST("/api/admin/clients",
             "select * from api.admin_client_list($1, $2, $3, $4, $5, $6, "
             "$7, $8)",
             ngx_frontdesk_all_clients_query, .keyset = "name", .csv = 1,
             ADMIN),
    GET_ONE("/api/admin/clients/{id}",
            "select * from api.admin_client_get($1)", ADMIN),
    UPDATE("/api/admin/clients/{id}",
           "select * from api.admin_client_update($1, $2)",
           ngx_frontdesk_any_client_body,
           "select * from api.admin_client_get($1)", ADMIN),
    ACTION("/api/admin/adjust-balance",
           "select * from api.admin_balance_adjust($1)", ONE,
           .body = ngx_frontdesk_adjustment_body, ADMIN),
    GET_LIST("/api/admin/client/{id}/ledger",
             "select * from api.admin_ledger_list($1, $2, $3, $4)",
             ngx_frontdesk_any_ledger_query, .csv = 1, ADMIN),
    GET_LIST("/api/admin/balances",
             "select * from api.admin_balance_list($1, $2, $3)",
             ngx_frontdesk_balance_query, .csv = 1, ADMIN),
    GET_ONE("/api/admin/conversation/{id}",
            "select c.* from api.admin_check() k, api.conversation_get($1) c",
            ADMIN),
    GET_LIST("/api/admin/active-calls",
             "select c.* from api.admin_check() k, api.active_call_list() c",
             NULL, ADMIN),
    GET_LIST("/api/admin/analytics",
             "select * from api.admin_analytics($1, $2)",
             ngx_frontdesk_span_query, .csv = 1, ADMIN),
    GET_LIST("/api/admin/analytics/by-service",
             "select * from api.admin_analytics_by_service($1, $2)",
             ngx_frontdesk_span_query, .csv = 1, ADMIN),
    GET_LIST("/api/admin/analytics/by-client",
             "select * from api.admin_analytics_by_client($1, $2, $3, $4)",
             ngx_frontdesk_span_page_query, .csv = 1, ADMIN),
    GET_LIST("/api/admin/analytics/top-calls",
             "select * from api.admin_top_calls($1, $2, $3)",
             ngx_frontdesk_top_query, .csv = 1, ADMIN),
    GET_LIST("/api/admin/settings", "select * from api.admin_setting_list()",
             NULL, ADMIN),
    ACTION("/api/admin/settings", "select * from api.admin_setting_set($1)",
           ONE, .body = ngx_frontdesk_setting_body, ADMIN),
    GET_LIST("/api/admin/nodes", "select * from api.admin_node_list()", NULL,
             ADMIN),
    LAST_ROW,
};
