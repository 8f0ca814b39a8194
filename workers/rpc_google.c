/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "rpc_google.h"

/* What is owed to somebody in nginx; owned by the exchange. */
typedef struct {
    rpc_t     *rpc;
    desk_rpc_t request;
} debt_t;

static void rpc_on_google(void *data, int rc, const google_person_t *person);

static const char *
text_of(const cJSON *object, const char *name)
{
    return cJSON_GetStringValue(
        cJSON_GetObjectItemCaseSensitive(object, name));
}

int
rpc_google(rpc_t *rpc, const desk_rpc_t *request, uint8_t *data,
           uint32_t *bytes)
{
    int          rc = -EINVAL;
    cJSON       *asked;
    debt_t      *debt;
    google_ask_t ask;

    asked = cJSON_ParseWithLength((char *) data, *bytes);
    ask.code = text_of(asked, "code");
    ask.verifier = text_of(asked, "verifier");
    ask.nonce = text_of(asked, "nonce");
    ask.redirect_uri = text_of(asked, "redirect_uri");

    if (ask.code != NULL && ask.verifier != NULL && ask.nonce != NULL
        && ask.redirect_uri != NULL)
    {
        debt = malloc(sizeof(debt_t));
        if (debt == NULL) {
            rc = -ENOMEM;
        } else {
            debt->rpc = rpc;
            debt->request = *request;
            rc = google_sign_in(rpc->google, &ask, rpc_on_google, debt);
            if (rc < 0) {
                free(debt);
            }
        }
    }

    cJSON_Delete(asked);

    return rc < 0 ? rc : -EINPROGRESS;
}

static char *
person_print(const google_person_t *person)
{
    char  *text;
    cJSON *answer = cJSON_CreateObject();

    (void) cJSON_AddStringToObject(answer, "subject", person->subject);
    (void) cJSON_AddStringToObject(answer, "email", person->email);
    (void) cJSON_AddBoolToObject(answer, "email_verified",
                                 person->email_verified);
    (void) cJSON_AddStringToObject(answer, "name", person->name);
    (void) cJSON_AddStringToObject(answer, "domain", person->domain);
    text = cJSON_PrintUnformatted(answer);
    cJSON_Delete(answer);

    return text;
}

static void
rpc_on_google(void *data, int rc, const google_person_t *person)
{
    char   *text = NULL;
    debt_t *debt = data;

    if (rc == 0) {
        text = person_print(person);
        rc = text != NULL ? 0 : -ENOMEM;
    }

    rpc_answer(debt->rpc, &debt->request, rc, text,
               text != NULL ? (uint32_t) strlen(text) : 0);
    cJSON_free(text);
    free(debt);
}
