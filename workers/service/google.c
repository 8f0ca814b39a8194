/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <time.h>

#include <cjson/cJSON.h>
#include <curl/curl.h>
#include <openssl/crypto.h>

#include "base/log.h"
#include "net/net_multi.h"
#include "service/google.h"

/* Whoever asked waits ten seconds, for two requests at most of the time. */
#define CONNECT_MS 3000L
#define REQUEST_MS 4000L
#define ANSWER_BYTES 65536
#define URL_BYTES 320
#define NONCE_BYTES 129
#define KEYS_LIFE_MAX_S 86400

typedef struct exchange_s exchange_t;

/* A code on its way. Owned by its google_t until it is done. */
struct exchange_s {
    TAILQ_ENTRY(exchange_s) next;
    google_t      *google;
    CURL          *easy;
    google_done_pt done;
    void          *data;
    char           nonce[NONCE_BYTES];
    char          *token; /* of the first answer */
    char          *answer;
    size_t         bytes;
    unsigned       keys_are_fresh:1; /* they were fetched for it */
};

TAILQ_HEAD(exchange_list_s, exchange_s);

struct google_s {
    log_t              log;
    net_t             *net;
    const desk_conf_t *conf;
    google_keys_t      keys;
    time_t             keys_until;
    size_t             count;

    struct exchange_list_s exchanges;
};

static int    exchange_set_up(exchange_t *x, const google_ask_t *ask);
static int    exchange_set_form(exchange_t *x, const google_ask_t *ask);
static int    exchange_go(exchange_t *x, const char *place, const char *path,
                          net_done_pt done);
static void   exchange_on_token(void *data, CURLcode rc);
static void   exchange_on_keys(void *data, CURLcode rc);
static int    exchange_judge(exchange_t *x, CURLcode rc, const char *what);
static int    exchange_refusal(exchange_t *x, long status);
static void   exchange_verify(exchange_t *x);
static void   exchange_fetch_keys(exchange_t *x);
static void   exchange_end(exchange_t *x, int rc,
                           const google_person_t *person);
static void   exchange_destroy(exchange_t *x);
static size_t exchange_on_bytes(char *bytes, size_t size, size_t count,
                                void *data);
static time_t keys_life(CURL *easy);

int
google_create(google_t **gp, uv_loop_t *loop, const desk_conf_t *conf)
{
    int       rc;
    google_t *google;

    google = calloc(1, sizeof(google_t));
    if (google == NULL) {
        return -ENOMEM;
    }

    rc = net_create(&google->net, loop);
    if (rc < 0) {
        free(google);
        return rc;
    }

    strcpy(google->log.prefix, "google: ");
    google->conf = conf;
    TAILQ_INIT(&google->exchanges);

    *gp = google;
    return 0;
}

void
google_destroy(google_t *google)
{
    exchange_t *x;

    if (google == NULL) {
        return;
    }

    while ((x = TAILQ_FIRST(&google->exchanges)) != NULL) {
        net_cancel(google->net, x->easy);
        exchange_destroy(x);
    }

    net_destroy(google->net);
    google_keys_drop(&google->keys);
    free(google);
}

size_t
google_count(const google_t *google)
{
    return google->count;
}

int
google_sign_in(google_t *google, const google_ask_t *ask,
               google_done_pt done, void *data)
{
    int         rc;
    exchange_t *x;

    if (google->conf->google_client_id[0] == '\0') {
        return -ENOTSUP;
    }

    x = calloc(1, sizeof(exchange_t));
    if (x == NULL) {
        return -ENOMEM;
    }

    x->google = google;
    x->done = done;
    x->data = data;
    TAILQ_INSERT_TAIL(&google->exchanges, x, next);
    google->count++;

    rc = exchange_set_up(x, ask);
    if (rc == 0) {
        rc = exchange_go(x, "https://oauth2.googleapis.com", "/token",
                         exchange_on_token);
    }

    if (rc < 0) {
        exchange_destroy(x);
    }

    return rc;
}

static int
exchange_set_up(exchange_t *x, const google_ask_t *ask)
{
    if (strlen(ask->nonce) >= sizeof(x->nonce)) {
        return -EINVAL;
    }

    strcpy(x->nonce, ask->nonce);
    x->easy = curl_easy_init();
    x->answer = malloc(ANSWER_BYTES);
    if (x->easy == NULL || x->answer == NULL) {
        return -ENOMEM;
    }

    if (curl_easy_setopt(x->easy, CURLOPT_NOSIGNAL, 1L) != CURLE_OK
        || curl_easy_setopt(x->easy, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_MS)
               != CURLE_OK
        || curl_easy_setopt(x->easy, CURLOPT_TIMEOUT_MS, REQUEST_MS)
               != CURLE_OK
        || curl_easy_setopt(x->easy, CURLOPT_FOLLOWLOCATION, 0L) != CURLE_OK
        || curl_easy_setopt(x->easy, CURLOPT_WRITEFUNCTION, exchange_on_bytes)
               != CURLE_OK
        || curl_easy_setopt(x->easy, CURLOPT_WRITEDATA, x) != CURLE_OK)
    {
        return -EIO;
    }

    return exchange_set_form(x, ask);
}

/* name=value, encoded; the whole is wiped by who has it. */
static int
form_add(exchange_t *x, char *form, size_t room, const char *name,
         const char *value)
{
    int    n;
    char  *encoded;
    size_t used = strlen(form);

    encoded = curl_easy_escape(x->easy, value, (int) strlen(value));
    if (encoded == NULL) {
        return -ENOMEM;
    }

    n = snprintf(form + used, room - used, "&%s=%s", name, encoded);
    OPENSSL_cleanse(encoded, strlen(encoded));
    curl_free(encoded);

    return n > 0 && (size_t) n < room - used ? 0 : -EMSGSIZE;
}

static int
exchange_set_form(exchange_t *x, const google_ask_t *ask)
{
    int                rc;
    char               form[8192] = "grant_type=authorization_code";
    const desk_conf_t *conf = x->google->conf;

    rc = form_add(x, form, sizeof(form), "code", ask->code);
    if (rc == 0) {
        rc = form_add(x, form, sizeof(form), "client_id",
                      conf->google_client_id);
    }
    if (rc == 0) {
        rc = form_add(x, form, sizeof(form), "client_secret",
                      conf->google_client_secret);
    }
    if (rc == 0) {
        rc = form_add(x, form, sizeof(form), "redirect_uri",
                      ask->redirect_uri);
    }
    if (rc == 0) {
        rc = form_add(x, form, sizeof(form), "code_verifier", ask->verifier);
    }

    if (rc == 0
        && curl_easy_setopt(x->easy, CURLOPT_COPYPOSTFIELDS, form)
               != CURLE_OK)
    {
        rc = -ENOMEM;
    }

    OPENSSL_cleanse(form, sizeof(form));

    return rc;
}

/* To one of Google's places, or to the one that stands for all of them. */
static int
exchange_go(exchange_t *x, const char *place, const char *path,
            net_done_pt done)
{
    char        url[URL_BYTES];
    const char *base = x->google->conf->google_base_url;
    const char *protocols = "https";

    x->bytes = 0;

    if (base[0] != '\0') {
        place = base;
        protocols = strncmp(base, "http:", 5) == 0 ? "http" : "https";
    }

    snprintf(url, sizeof(url), "%s%s", place, path);

    if (curl_easy_setopt(x->easy, CURLOPT_URL, url) != CURLE_OK
        || curl_easy_setopt(x->easy, CURLOPT_PROTOCOLS_STR, protocols)
               != CURLE_OK)
    {
        return -EIO;
    }

    /* What is on this machine is reached without whoever is in between. */
    if (protocols[4] == '\0'
        && curl_easy_setopt(x->easy, CURLOPT_PROXY, "") != CURLE_OK)
    {
        return -EIO;
    }

    return net_start(x->google->net, x->easy, done, x);
}

static size_t
exchange_on_bytes(char *bytes, size_t size, size_t count, void *data)
{
    exchange_t *x = data;

    count *= size;
    if (count >= ANSWER_BYTES - x->bytes) {
        return 0; /* ends the transfer: nothing of theirs is so long */
    }

    memcpy(x->answer + x->bytes, bytes, count);
    x->bytes += count;

    return count;
}

static void
exchange_on_token(void *data, CURLcode rc)
{
    int         status;
    cJSON      *answer;
    const char *token;
    exchange_t *x = data;

    status = exchange_judge(x, rc, "the token");
    if (status < 0) {
        exchange_end(x, status, NULL);
        return;
    }

    answer = cJSON_Parse(x->answer);
    token = cJSON_GetStringValue(
        cJSON_GetObjectItemCaseSensitive(answer, "id_token"));
    x->token = token != NULL ? strdup(token) : NULL;
    cJSON_Delete(answer);

    if (x->token == NULL) {
        log_warn(x->google, "the answer has no id_token");
        exchange_end(x, -EIO, NULL);
        return;
    }

    /* From here on there is nothing to be posted. */
    (void) curl_easy_setopt(x->easy, CURLOPT_HTTPGET, 1L);
    (void) curl_easy_setopt(x->easy, CURLOPT_COPYPOSTFIELDS, NULL);
    (void) curl_easy_setopt(x->easy, CURLOPT_HTTPGET, 1L);

    if (time(NULL) >= x->google->keys_until) {
        exchange_fetch_keys(x);
    } else {
        exchange_verify(x);
    }
}

/* 0, or what the end of it is; the answer ends with a NUL then. */
static int
exchange_judge(exchange_t *x, CURLcode rc, const char *what)
{
    long status = 0;

    if (rc != CURLE_OK) {
        log_warn(x->google, "%s could not be had: %s", what,
                 curl_easy_strerror(rc));
        return rc == CURLE_OPERATION_TIMEDOUT ? -ETIMEDOUT : -EIO;
    }

    x->answer[x->bytes] = '\0';
    (void) curl_easy_getinfo(x->easy, CURLINFO_RESPONSE_CODE, &status);

    return status == 200 ? 0 : exchange_refusal(x, status);
}

/* Their words are not logged, but for those that they are known to use. */
static int
exchange_refusal(exchange_t *x, long status)
{
    size_t      i;
    cJSON      *answer;
    const char *error;

    static const struct {
        const char *error;
        int         rc;
    } known[] = {
        { "invalid_grant", -EACCES },
        { "invalid_client", -EPERM },
        { "unauthorized_client", -EPERM },
        { "redirect_uri_mismatch", -EPERM },
        { "invalid_request", -EACCES },
    };

    answer = status == 400 || status == 401 ? cJSON_Parse(x->answer) : NULL;
    error = cJSON_GetStringValue(
        cJSON_GetObjectItemCaseSensitive(answer, "error"));

    for (i = 0; error != NULL && i < sizeof(known) / sizeof(known[0]); i++) {
        if (strcmp(error, known[i].error) == 0) {
            if (known[i].rc == -EPERM) {
                log_error(x->google, "Google refuses us: %s",
                          known[i].error);
            }
            cJSON_Delete(answer);
            return known[i].rc;
        }
    }

    cJSON_Delete(answer);
    log_warn(x->google, "Google answered %ld", status);

    return -EIO;
}

static void
exchange_fetch_keys(exchange_t *x)
{
    int rc;

    x->keys_are_fresh = 1;
    rc = exchange_go(x, "https://www.googleapis.com", "/oauth2/v3/certs",
                     exchange_on_keys);
    if (rc < 0) {
        exchange_end(x, rc, NULL);
    }
}

static void
exchange_on_keys(void *data, CURLcode rc)
{
    int         status;
    exchange_t *x = data;

    status = exchange_judge(x, rc, "the keys");
    if (status < 0) {
        exchange_end(x, -EIO, NULL);
        return;
    }

    if (google_keys_read(&x->google->keys, x->answer) < 0) {
        log_warn(x->google, "the keys are none");
        exchange_end(x, -EIO, NULL);
        return;
    }

    x->google->keys_until = time(NULL) + keys_life(x->easy);
    exchange_verify(x);
}

/* As Cache-Control: max-age says; without it, for this once. */
static time_t
keys_life(CURL *easy)
{
    long                life;
    const char         *age;
    struct curl_header *header;

    if (curl_easy_header(easy, "Cache-Control", 0, CURLH_HEADER, -1, &header)
        != CURLHE_OK)
    {
        return 0;
    }

    age = strstr(header->value, "max-age=");
    if (age == NULL) {
        return 0;
    }

    life = strtol(age + strlen("max-age="), NULL, 10);

    return life < 0                 ? 0
           : life > KEYS_LIFE_MAX_S ? KEYS_LIFE_MAX_S
                                    : life;
}

static void
exchange_verify(exchange_t *x)
{
    int             rc;
    const char     *reason;
    google_person_t person;
    google_wanted_t wanted;

    wanted.client_id = x->google->conf->google_client_id;
    wanted.nonce = x->nonce;
    wanted.now = (int64_t) time(NULL);

    rc = google_token_read(&person, x->token, &x->google->keys, &wanted,
                           &reason);
    if (rc == -ENOENT && !x->keys_are_fresh) {
        exchange_fetch_keys(x); /* they change their keys now and then */
        return;
    }

    if (rc < 0) {
        log_warn(x->google, "a token is not believed: %s", reason);
        rc = -EACCES;
    }

    exchange_end(x, rc, &person);
}

static void
exchange_end(exchange_t *x, int rc, const google_person_t *person)
{
    void          *data = x->data;
    google_done_pt done = x->done;

    done(data, rc, rc == 0 ? person : NULL);
    exchange_destroy(x);
}

static void
exchange_destroy(exchange_t *x)
{
    TAILQ_REMOVE(&x->google->exchanges, x, next);
    x->google->count--;

    if (x->easy != NULL) {
        curl_easy_cleanup(x->easy);
    }
    if (x->token != NULL) {
        OPENSSL_cleanse(x->token, strlen(x->token));
    }
    if (x->answer != NULL) {
        OPENSSL_cleanse(x->answer, ANSWER_BYTES);
    }
    free(x->token);
    free(x->answer);
    free(x);
}
