/* SPDX-License-Identifier: BSD-2-Clause */

/* The carrier's webhooks: signed form in, one function of SQL, TwiML out. */

#include "ngx_frontdesk_bridge.h"
#include "ngx_frontdesk_route.h"
#include "ngx_frontdesk_signature.h"
#include "ngx_frontdesk_twiml.h"

#define NGX_FRONTDESK_WEBHOOK_ARGS 8
#define NGX_FRONTDESK_RETRIES      2
#define NGX_FRONTDESK_RETRY_PAUSE_S 2
#define NGX_FRONTDESK_RING_MIN_S   5
#define NGX_FRONTDESK_RING_MAX_S   600

/* What a parameter of a webhook's function is taken from. */
typedef enum {
    NGX_FRONTDESK_FORM_END,
    NGX_FRONTDESK_FORM_TEXT,
    NGX_FRONTDESK_FORM_NUMBER, /* null unless digits */
    NGX_FRONTDESK_FORM_BOOL,   /* null unless true or false */
    NGX_FRONTDESK_FORM_NODE,
    NGX_FRONTDESK_FORM_LIFE,    /* of a call token, s */
    NGX_FRONTDESK_FORM_REQUEST /* its id */
} ngx_frontdesk_form_e;

typedef struct {
    ngx_frontdesk_form_e from;
    const char *name;
} ngx_frontdesk_form_arg_t;

struct ngx_frontdesk_webhook_s {
    const char *sql;
    ngx_frontdesk_form_arg_t args[NGX_FRONTDESK_WEBHOOK_ARGS];
    ngx_frontdesk_done_pt done;
};

/* Of one webhook: its parameters; in the request's pool. */
typedef struct {
    ngx_uint_t n;
    ngx_frontdesk_param_t params[NGX_FRONTDESK_PARAMS_MAX];
} ngx_frontdesk_form_t;

static ngx_int_t ngx_frontdesk_twilio_start(ngx_http_request_t *r);
static ngx_int_t ngx_frontdesk_twilio_verify(ngx_http_request_t *r,
    ngx_frontdesk_form_t *form);
static ngx_int_t ngx_frontdesk_twilio_ask(ngx_http_request_t *r,
    const ngx_frontdesk_webhook_t *webhook, ngx_frontdesk_form_t *form);
static ngx_int_t ngx_frontdesk_twilio_route(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer);
static ngx_int_t ngx_frontdesk_twilio_noted(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer);

/* clang-format off */
#define CALL                                                                  \
    { NGX_FRONTDESK_FORM_TEXT, "CallSid" },                                   \
        { NGX_FRONTDESK_FORM_TEXT, "AccountSid" }
#define NODE                                                                  \
    { NGX_FRONTDESK_FORM_NODE, NULL }, { NGX_FRONTDESK_FORM_LIFE, NULL }
/* clang-format on */

const ngx_frontdesk_webhook_t ngx_frontdesk_webhook_voice = {
    "select * from api.voice_start($1, $2, $3, $4, $5, $6, $7)",
    { CALL,
      { NGX_FRONTDESK_FORM_TEXT, "From" },
      { NGX_FRONTDESK_FORM_TEXT, "To" },
      NODE,
      { NGX_FRONTDESK_FORM_REQUEST, NULL } },
    ngx_frontdesk_twilio_route,
};

const ngx_frontdesk_webhook_t ngx_frontdesk_webhook_resume = {
    "select * from api.call_resume($1, $2, $3, $4)",
    { CALL, NODE },
    ngx_frontdesk_twilio_route,
};

const ngx_frontdesk_webhook_t ngx_frontdesk_webhook_transfer = {
    "select * from api.dial_result($1, $2, $3, $4, $5, $6)",
    { CALL,
      { NGX_FRONTDESK_FORM_TEXT, "DialCallStatus" },
      { NGX_FRONTDESK_FORM_BOOL, "DialBridged" },
      NODE },
    ngx_frontdesk_twilio_route,
};

const ngx_frontdesk_webhook_t ngx_frontdesk_webhook_status = {
    "select api.call_status($1, $2, $3, $4, $5)",
    { CALL,
      { NGX_FRONTDESK_FORM_TEXT, "CallStatus" },
      { NGX_FRONTDESK_FORM_NUMBER, "SequenceNumber" },
      { NGX_FRONTDESK_FORM_NUMBER, "CallDuration" } },
    ngx_frontdesk_twilio_noted,
};

#undef CALL
#undef NODE

ngx_int_t
ngx_frontdesk_twilio_handler(ngx_http_request_t *r)
{
    if (r->method == NGX_HTTP_POST) {
        return ngx_frontdesk_read_body(r, ngx_frontdesk_twilio_start);
    }

    return ngx_frontdesk_begin(r, ngx_frontdesk_twilio_start);
}


/* Who asks. */

static ngx_int_t
ngx_frontdesk_twilio_refuse(ngx_http_request_t *r, const char *why)
{
    ngx_log_error(NGX_LOG_WARN, r->connection->log, 0,
                  "webhook refused: %s", why);
    ngx_frontdesk_bridge_count(DESK_COUNT_WEBHOOKS_REFUSED, 1);

    return ngx_frontdesk_send_error(r, NGX_HTTP_FORBIDDEN,
                                    "The request is not signed as it must be.",
                                    NULL);
}

/* The URL as the carrier has it: our address, and what was asked for. */
static char *
ngx_frontdesk_twilio_url(ngx_http_request_t *r, const char *scheme,
    const ngx_str_t *path)
{
    u_char *p;
    ngx_str_t base;
    ngx_frontdesk_main_conf_t *mcf;

    mcf = ngx_http_get_module_main_conf(r, ngx_frontdesk_module);
    base = mcf->base_url;
    base.data += sizeof("http") - 1;
    base.len -= sizeof("http") - 1;

    p = ngx_pnalloc(r->pool, ngx_strlen(scheme) + base.len + path->len + 1);
    if (p != NULL) {
        *ngx_sprintf(p, "%s%V%V", scheme, &base, path) = '\0';
    }

    return (char *) p;
}

static ngx_int_t
ngx_frontdesk_twilio_check(ngx_http_request_t *r, const char *url,
    ngx_uint_t websocket, ngx_frontdesk_param_t *params, ngx_uint_t n)
{
    ngx_str_t *signature;
    ngx_frontdesk_main_conf_t *mcf;

    mcf = ngx_http_get_module_main_conf(r, ngx_frontdesk_module);
    signature = ngx_frontdesk_find_header(r, "x-twilio-signature");
    if (signature == NULL || url == NULL) {
        return NGX_DECLINED;
    }

    const char *tokens[] = { mcf->desk.twilio_auth_token,
                             mcf->desk.twilio_auth_token_previous, NULL };

    return ngx_frontdesk_signature_check((char *) signature->data,
                                         signature->len, url, websocket != 0,
                                         params, n, tokens)
                   == 0
               ? NGX_OK
               : NGX_DECLINED;
}

ngx_int_t
ngx_frontdesk_twilio_check_ws(ngx_http_request_t *r)
{
    return ngx_frontdesk_twilio_check(
        r, ngx_frontdesk_twilio_url(r, "ws", &r->unparsed_uri), 1, NULL, 0);
}

static ngx_int_t
ngx_frontdesk_twilio_parse(ngx_http_request_t *r, ngx_frontdesk_form_t *form,
    const ngx_str_t *text)
{
    int n;
    char *decoded;

    decoded = ngx_pnalloc(r->pool, text->len + 1);
    if (decoded == NULL) {
        return NGX_ERROR;
    }

    n = ngx_frontdesk_form_parse(form->params, NGX_FRONTDESK_PARAMS_MAX,
                                 decoded, (char *) text->data, text->len);
    if (n < 0) {
        return NGX_ERROR;
    }

    form->n = (ngx_uint_t) n;
    return NGX_OK;
}

/* NGX_OK, or the answer's code when one was sent. */
static ngx_int_t
ngx_frontdesk_twilio_verify(ngx_http_request_t *r, ngx_frontdesk_form_t *form)
{
    char *url;
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);

    url = ngx_frontdesk_twilio_url(r, "http", &r->unparsed_uri);

    if (r->method != NGX_HTTP_POST) {
        if (ngx_frontdesk_twilio_check(r, url, 0, NULL, 0) != NGX_OK) {
            return ngx_frontdesk_twilio_refuse(r, "signature");
        }

        return ngx_frontdesk_twilio_parse(r, form, &r->args) == NGX_OK
                   ? NGX_OK
                   : ngx_frontdesk_send_error(r, NGX_HTTP_BAD_REQUEST,
                                              "The query is not a form.",
                                              NULL);
    }

    if (ngx_frontdesk_is_content_type(r, "application/json")) {
        if (ngx_frontdesk_twilio_check(r, url, 0, NULL, 0) != NGX_OK
            || ngx_frontdesk_signature_check_body(url, (char *) ctx->body.data,
                                                  ctx->body.len)
                   != 0)
        {
            return ngx_frontdesk_twilio_refuse(r, "signature of a JSON body");
        }
    }

    if (!ngx_frontdesk_is_content_type(r, "application/x-www-form-urlencoded"))
    {
        return ngx_frontdesk_send_error(r, NGX_HTTP_UNSUPPORTED_MEDIA_TYPE,
                                        "The body must be a form.", NULL);
    }

    if (ngx_frontdesk_twilio_parse(r, form, &ctx->body) != NGX_OK) {
        return ngx_frontdesk_send_error(r, NGX_HTTP_BAD_REQUEST,
                                        "The body is not a form.", NULL);
    }

    if (ngx_frontdesk_twilio_check(r, url, 0, form->params, form->n)
        != NGX_OK)
    {
        return ngx_frontdesk_twilio_refuse(r, "signature");
    }

    return NGX_OK;
}

static ngx_int_t
ngx_frontdesk_twilio_start(ngx_http_request_t *r)
{
    ngx_int_t rc;
    const char *account;
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_form_t *form;
    ngx_frontdesk_main_conf_t *mcf;

    mcf = ngx_http_get_module_main_conf(r, ngx_frontdesk_module);
    form = ngx_palloc(r->pool, sizeof(ngx_frontdesk_form_t));
    if (form == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    form->n = 0;
    rc = ngx_frontdesk_twilio_verify(r, form);
    if (rc != NGX_OK || r->header_sent) {
        return rc;
    }

    account = ngx_frontdesk_form_find(form->params, form->n, "AccountSid");
    if (ngx_strcmp(account, mcf->desk.twilio_account_sid) != 0) {
        return ngx_frontdesk_twilio_refuse(r, "account");
    }

    ctx->data = form;
    return ngx_frontdesk_twilio_ask(r, ctx->route->webhook, form);
}


/* What is asked. */

static const char *
ngx_frontdesk_twilio_digits(const char *text)
{
    size_t len = ngx_strlen(text);

    return len > 0 && len <= 9 && strspn(text, "0123456789") == len ? text
                                                                    : NULL;
}

static ngx_int_t
ngx_frontdesk_twilio_ask(ngx_http_request_t *r,
    const ngx_frontdesk_webhook_t *webhook, ngx_frontdesk_form_t *form)
{
    char life[32];
    ngx_uint_t i;
    const char *params[NGX_FRONTDESK_WEBHOOK_ARGS], *text;
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_pg_call_t call;
    ngx_frontdesk_main_conf_t *mcf;

    mcf = ngx_http_get_module_main_conf(r, ngx_frontdesk_module);

    for (i = 0; webhook->args[i].from != NGX_FRONTDESK_FORM_END; i++) {
        text = webhook->args[i].name == NULL
                   ? ""
                   : ngx_frontdesk_form_find(form->params, form->n,
                                             webhook->args[i].name);

        switch (webhook->args[i].from) {
        case NGX_FRONTDESK_FORM_NUMBER:
            text = ngx_frontdesk_twilio_digits(text);
            break;
        case NGX_FRONTDESK_FORM_BOOL:
            if (ngx_strcmp(text, "true") != 0
                && ngx_strcmp(text, "false") != 0)
            {
                text = NULL;
            }
            break;
        case NGX_FRONTDESK_FORM_NODE:
            text = mcf->desk.node_name;
            break;
        case NGX_FRONTDESK_FORM_LIFE:
            snprintf(life, sizeof(life), "%lld",
                     (long long) mcf->desk.call_token_seconds);
            text = life;
            break;
        case NGX_FRONTDESK_FORM_REQUEST:
            text = ngx_frontdesk_string(r->pool, &ctx->request_id);
            break;
        default:
            break;
        }

        params[i] = text;
    }

    /* Each may be delivered twice by the carrier, so by us too. */
    ngx_memzero(&call, sizeof(call));
    call.sql = webhook->sql;
    call.nparams = i;
    call.params = params;
    call.idempotent = 1;

    return ngx_frontdesk_ask(r, &call, webhook->done);
}


/* What is answered. */

static ngx_int_t
ngx_frontdesk_send_twiml(ngx_http_request_t *r, ngx_frontdesk_twiml_t *twiml)
{
    ngx_str_t body;

    static ngx_str_t type = ngx_string("text/xml; charset=utf-8");

    ngx_frontdesk_bridge_count(DESK_COUNT_WEBHOOKS, 1);
    ngx_frontdesk_twiml_close(twiml);
    body.data = (u_char *) twiml->text;
    body.len = twiml->len;

    return ngx_frontdesk_send_text(r, NGX_HTTP_OK, &type, &body);
}

/*
 * Postgres is away: the caller is held for as long as a restart takes, then
 * told.  A webhook that fails would be an error message of the carrier's.
 */
static ngx_int_t
ngx_frontdesk_twilio_hold(ngx_http_request_t *r, ngx_frontdesk_twiml_t *twiml)
{
    char path[128];
    ngx_int_t tries = 0;
    ngx_str_t arg;
    ngx_frontdesk_main_conf_t *mcf;

    mcf = ngx_http_get_module_main_conf(r, ngx_frontdesk_module);

    if (ngx_http_arg(r, (u_char *) "retry", 5, &arg) == NGX_OK) {
        tries = ngx_atoi(arg.data, arg.len);
    }

    if (tries < 0 || tries >= NGX_FRONTDESK_RETRIES) {
        ngx_frontdesk_twiml_say(twiml,
                                "We are sorry, we cannot take your call right "
                                "now. Please call again in a few minutes.",
                                "en-US");
        ngx_frontdesk_twiml_hangup(twiml);
        return ngx_frontdesk_send_twiml(r, twiml);
    }

    if (tries == 0) {
        ngx_frontdesk_twiml_say(twiml, "One moment, please.", "en-US");
    }
    ngx_frontdesk_twiml_pause(twiml, NGX_FRONTDESK_RETRY_PAUSE_S);

    snprintf(path, sizeof(path), "%.*s?retry=%d",
             (int) ngx_min(r->uri.len, 64), r->uri.data, (int) tries + 1);
    ngx_frontdesk_twiml_redirect(twiml, mcf->desk.public_base_url, path);

    return ngx_frontdesk_send_twiml(r, twiml);
}

static const char *
ngx_frontdesk_row_text(PGresult *row, const char *name)
{
    ngx_str_t value = ngx_frontdesk_pg_value(row, 0, name);

    return value.data != NULL ? (const char *) value.data : "";
}

/* "+15550100123" as 15550100123; anything else hides. */
static const char *
ngx_frontdesk_twilio_caller(ngx_frontdesk_form_t *form)
{
    size_t len;
    const char *from;

    from = ngx_frontdesk_form_find(form->params, form->n, "From");
    from += *from == '+';
    len = ngx_strlen(from);

    if (len < 3 || len > 15 || strspn(from, "0123456789") != len) {
        return "anonymous";
    }

    return from;
}

static void
ngx_frontdesk_twilio_dial(ngx_frontdesk_twiml_t *twiml, PGresult *row,
    const char *base)
{
    int ring = atoi(ngx_frontdesk_row_text(row, "ring_seconds"));

    ring = ngx_max(ring, NGX_FRONTDESK_RING_MIN_S);
    ring = ngx_min(ring, NGX_FRONTDESK_RING_MAX_S);

    ngx_frontdesk_twiml_dial(twiml, ngx_frontdesk_row_text(row, "owner_phone"),
                             (unsigned) ring, base, "/twilio/transfer-status");
}

/* Into a stream, when there is a slot for it; else to a person, or goodbye. */
static ngx_int_t
ngx_frontdesk_twilio_stream(ngx_http_request_t *r,
    ngx_frontdesk_twiml_t *twiml, PGresult *row)
{
    char token[NGX_FRONTDESK_CALL_TOKEN_BYTES];
    ngx_uint_t is_new;
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_main_conf_t *mcf;
    ngx_frontdesk_call_token_t call;

    mcf = ngx_http_get_module_main_conf(r, ngx_frontdesk_module);

    is_new = ctx->route->webhook == &ngx_frontdesk_webhook_voice;

    /* Draining, calls that are there go on, whatever their streams do. */
    if (ngx_frontdesk_bridge_free_slots() <= 0
        || (is_new && ngx_frontdesk_bridge_is_draining()))
    {
        ngx_log_error(NGX_LOG_WARN, r->connection->log, 0,
                      "no free slot for a call");

        /* The owner's phone rang already when this is about a dial. */
        if (is_new && ngx_frontdesk_row_text(row, "owner_phone")[0] != '\0') {
            ngx_frontdesk_twilio_dial(twiml, row, mcf->desk.public_base_url);
            return NGX_OK;
        }

        ngx_frontdesk_twiml_say(twiml,
                                "We are sorry, all our lines are busy. "
                                "Please call again in a few minutes.",
                                ngx_frontdesk_row_text(row, "language"));
        ngx_frontdesk_twiml_hangup(twiml);
        return NGX_OK;
    }

    ngx_memzero(&call, sizeof(call));
    ngx_cpystrn((u_char *) call.call_id,
                (u_char *) ngx_frontdesk_row_text(row, "call_id"),
                sizeof(call.call_id));
    ngx_cpystrn((u_char *) call.client_id,
                (u_char *) ngx_frontdesk_row_text(row, "client_id"),
                sizeof(call.client_id));
    ngx_cpystrn((u_char *) call.nonce,
                (u_char *) ngx_frontdesk_row_text(row, "token_nonce"),
                sizeof(call.nonce));
    call.expires_at = atoll(ngx_frontdesk_row_text(row, "token_expires_at"));

    if (ngx_frontdesk_call_token_make(token, &call,
                                      mcf->desk.call_token_secret)
        != 0)
    {
        return NGX_ERROR;
    }

    ngx_frontdesk_twiml_stream(twiml, mcf->desk.public_base_url,
                               call.client_id,
                               ngx_frontdesk_twilio_caller(ctx->data), token);
    ngx_frontdesk_twiml_redirect(twiml, mcf->desk.public_base_url,
                                 "/twilio/resume");
    return NGX_OK;
}

static void
ngx_frontdesk_twilio_refusal(ngx_frontdesk_twiml_t *twiml, PGresult *row,
    const char *outcome)
{
    const char *message = ngx_frontdesk_row_text(row, "message");

    if (message[0] != '\0') {
        ngx_frontdesk_twiml_say(twiml, message,
                                ngx_frontdesk_row_text(row, "language"));
        ngx_frontdesk_twiml_hangup(twiml);
        return;
    }

    if (ngx_strcmp(outcome, "hangup") == 0) {
        ngx_frontdesk_twiml_hangup(twiml);
        return;
    }

    ngx_frontdesk_twiml_reject(twiml, "rejected");
}

/* The row says where the call goes. */
static ngx_int_t
ngx_frontdesk_twilio_route(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer)
{
    PGresult *row = answer->result;
    const char *outcome;
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_twiml_t twiml;
    ngx_frontdesk_main_conf_t *mcf;

    mcf = ngx_http_get_module_main_conf(r, ngx_frontdesk_module);
    ngx_frontdesk_twiml_open(&twiml);

    if (row == NULL && answer->status == NGX_HTTP_NOT_FOUND) {
        ngx_frontdesk_twiml_hangup(&twiml); /* a call of another time */
        return ngx_frontdesk_send_twiml(r, &twiml);
    }

    if (row == NULL && answer->status < NGX_HTTP_INTERNAL_SERVER_ERROR) {
        return ngx_frontdesk_send_failure(r, answer);
    }

    if (row == NULL || PQntuples(row) == 0) {
        return ngx_frontdesk_twilio_hold(r, &twiml);
    }

    outcome = ngx_frontdesk_row_text(row, "outcome");

    if (ngx_strcmp(outcome, "gather") == 0) {
        /* Until there is a turn-by-turn mode: a stream like the others. */
        return ngx_frontdesk_twilio_ask(r, &ngx_frontdesk_webhook_resume,
                                        ctx->data);
    }

    if (ngx_strcmp(outcome, "stream") == 0) {
        if (ngx_frontdesk_twilio_stream(r, &twiml, row) != NGX_OK) {
            ngx_frontdesk_twiml_open(&twiml);
            return ngx_frontdesk_twilio_hold(r, &twiml);
        }

    } else if ((ngx_strcmp(outcome, "dial_owner") == 0
                || ngx_strcmp(outcome, "human_only") == 0)
               && ngx_frontdesk_row_text(row, "owner_phone")[0] != '\0')
    {
        ngx_frontdesk_twilio_dial(&twiml, row, mcf->desk.public_base_url);

    } else {
        ngx_frontdesk_twilio_refusal(&twiml, row, outcome);
    }

    return ngx_frontdesk_send_twiml(r, &twiml);
}

/* A notice: there is nothing to say, and a failure may be delivered again. */
static ngx_int_t
ngx_frontdesk_twilio_noted(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer)
{
    ngx_frontdesk_twiml_t twiml;

    /*
     * A call that was refused has no row: it is noted all the same, for the
     * carrier would report any other answer as our fault.
     */
    if (answer->result == NULL && answer->status != NGX_HTTP_NOT_FOUND) {
        return ngx_frontdesk_send_failure(r, answer);
    }

    ngx_frontdesk_twiml_open(&twiml);
    return ngx_frontdesk_send_twiml(r, &twiml);
}
