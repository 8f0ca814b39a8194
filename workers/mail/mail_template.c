/* SPDX-License-Identifier: BSD-2-Clause */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mail/mail_code.h"
#include "mail/mail_template.h"

#define KEY_BYTES 32
#define VALUE_BYTES 1000

#define HELLO "Hello {name},|Hello,"
#define VALID "The link is good for {minutes} minutes and can be used once." \
              "|The link can be used once."

static const mail_template_t templates[] = {
    { .name = "verify_email",
      .subject = "Confirm your e-mail address",
      .page = "/verify-email",
      .button = "Confirm this address",
      .needs_token = 1,
      .paragraphs = { HELLO,
                      "please confirm that this e-mail address is yours:",
                      "{link}",
                      VALID,
                      "If you have not registered, there is nothing to do: "
                      "without your confirmation the address is not used." } },

    { .name = "reset_password",
      .subject = "Choose a new password",
      .page = "/reset-password",
      .button = "Choose a new password",
      .needs_token = 1,
      .paragraphs = { HELLO,
                      "somebody, probably you, has asked for a new password "
                      "for your account:",
                      "{link}",
                      VALID,
                      "If it was not you, there is nothing to do: your "
                      "password stays as it is." } },

    { .name = "password_changed",
      .subject = "Your password was changed",
      .page = "/forgot-password",
      .button = "Choose a new password",
      .paragraphs = { HELLO,
                      "the password of your account was changed, and all "
                      "other logins have ended.",
                      "If it was not you, choose a new one at once:",
                      "{link}" } },

    { .name = "register_existing",
      .subject = "You have an account already",
      .page = "/login",
      .button = "Log in",
      .paragraphs = { HELLO,
                      "somebody, probably you, has tried to register with this "
                      "e-mail address. It has an account already:",
                      "{link}",
                      "If you do not remember your password, you can choose a "
                      "new one there. If it was not you, there is nothing to "
                      "do." } },

    { .name = "new_device",
      .subject = "A new login",
      .page = "/forgot-password",
      .button = "Choose a new password",
      .paragraphs = { HELLO,
                      "somebody has logged in to your account from {address} "
                      "with {device}."
                      "|somebody has logged in to your account from {address}."
                      "|somebody has logged in to your account from a place it "
                      "was not used from before.",
                      "If it was not you, choose a new password at once:",
                      "{link}" } },

    { .name = "invitation",
      .subject = "Your invitation to {client_name}|Your invitation",
      .page = "/invitation",
      .button = "Accept the invitation",
      .needs_token = 1,
      .paragraphs = { HELLO,
                      "{inviter_name} invites you to work with the "
                      "receptionist of {client_name}, as {role}:"
                      "|you are invited to work with the receptionist of "
                      "{client_name}, as {role}:"
                      "|you are invited to work with the receptionist of "
                      "{client_name}:"
                      "|you are invited to FrontDesk:",
                      "{link}",
                      VALID,
                      "If you do not know what this is about, there is "
                      "nothing to do." } },

    { .name = "lead_captured",
      .subject = "{client_name}: {contact_name} asks to be called back"
                 "|{client_name}: a caller asks to be called back"
                 "|A caller asks to be called back",
      .page = "/calls",
      .button = "Open",
      .paragraphs = { HELLO,
                      "a caller of {client_name} asks to be called back."
                      "|a caller asks to be called back.",
                      "Name: {contact_name}",
                      "Number: {phone}",
                      "About: {reason}",
                      "{link}" } },

    { .name = "low_balance",
      .subject = "{client_name} has {balance_minutes} minutes left"
                 "|{client_name} has few minutes left"
                 "|Few minutes are left",
      .page = "/calls",
      .button = "Open",
      .paragraphs = { HELLO,
                      "{client_name} has {balance_minutes} minutes left. "
                      "When they are used up, callers are no longer answered."
                      "|few minutes are left. When they are used up, callers "
                      "are no longer answered.",
                      "{link}" } },
};

static int write_filled(FILE *out, const char *text, size_t bytes,
                        const cJSON *data);
static int write_value(FILE *out, const cJSON *value);

const mail_template_t *
mail_template_find(const char *name)
{
    size_t i;

    for (i = 0; i < sizeof(templates) / sizeof(templates[0]); i++) {
        if (strcmp(templates[i].name, name) == 0) {
            return &templates[i];
        }
    }

    return NULL;
}

char *
mail_template_fill(const char *text, const cJSON *data)
{
    int    whole;
    FILE  *out;
    char  *filled;
    size_t length, bytes;

    for (; *text != '\0'; text += length + (text[length] == '|')) {
        length = strcspn(text, "|");
        filled = NULL;

        out = open_memstream(&filled, &bytes);
        if (out == NULL) {
            return NULL;
        }

        whole = write_filled(out, text, length, data);

        if (fclose(out) != 0) {
            free(filled);
            return NULL;
        }

        if (whole) {
            return filled;
        }

        free(filled);
    }

    return strdup("");
}

/* 0 when a value is missing. */
static int
write_filled(FILE *out, const char *text, size_t bytes, const cJSON *data)
{
    char        key[KEY_BYTES];
    size_t      length;
    const char *end = text + bytes, *close;

    while (text < end) {
        if (*text != '{') {
            (void) fputc(*text++, out);
            continue;
        }

        close = memchr(text, '}', (size_t) (end - text));
        if (close == NULL) {
            return 0;
        }

        length = (size_t) (close - text) - 1;
        if (length >= sizeof(key)) {
            return 0;
        }

        memcpy(key, text + 1, length);
        key[length] = '\0';

        if (!write_value(out, cJSON_GetObjectItemCaseSensitive(data, key))) {
            return 0;
        }

        text = close + 1;
    }

    return 1;
}

static int
write_value(FILE *out, const cJSON *value)
{
    size_t      at, width, bytes;
    const char *text;

    if (cJSON_IsNumber(value) && isfinite(value->valuedouble)) {
        (void) fprintf(out, "%.15g", value->valuedouble);
        return 1;
    }

    if (!cJSON_IsString(value) || value->valuestring[0] == '\0') {
        return 0;
    }

    text = value->valuestring;
    bytes = strlen(text);

    for (at = 0; at < bytes; at += width) {
        width = mail_character(text + at, bytes - at);
        if (at + width > VALUE_BYTES) {
            (void) fputs("...", out);
            break;
        }

        if ((unsigned char) text[at] < 0x20 || text[at] == 0x7f) {
            (void) fputc(' ', out);
        } else {
            (void) fwrite(text + at, 1, width, out);
        }
    }

    return 1;
}
