/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef PROVIDER_LLM_EXCHANGE_H
#define PROVIDER_LLM_EXCHANGE_H

#include "provider/llm_chat.h"

/*
 * What the files of an exchange have of each other: llm_exchange.c asks,
 * llm_exchange_read.c reads what comes, llm_exchange_end.c says how it ends.
 */
extern const http_events_t llm_exchange_http_events;

/* Asks, or asks anew: of an earlier try nothing is left. */
int llm_exchange_send(llm_exchange_t *x);

void llm_exchange_on_event(void *data, const char *event, const char *text,
                           size_t length);
void llm_exchange_on_text(void *data, const char *text, size_t len);
void llm_exchange_on_pause(uv_timer_t *timer);

/* The last event; the exchange is closed, or its stream let run out. */
void llm_exchange_finish(llm_exchange_t *x);
void llm_exchange_fail(llm_exchange_t *x, fault_e kind, uint32_t retry_ms,
                       const char *reason);

/*
 * What is to be done about an error: asked again in another manner, or once
 * more, but never after something was said; else it is told. Status 0: it
 * came within an answer, or as a fault of the connection.
 */
void llm_exchange_judge(llm_exchange_t *x, int status, const cJSON *body,
                        const fault_t *fault);

#endif /* PROVIDER_LLM_EXCHANGE_H */
