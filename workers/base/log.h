/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef BASE_LOG_H
#define BASE_LOG_H

typedef enum { LOG_ERROR,
               LOG_WARN,
               LOG_INFO,
               LOG_DEBUG } log_level_e;

/* A member `log` of every object that has something to say. */
typedef struct {
    char prefix[48]; /* "call 1f0c… ": what the line is about */
} log_t;

/* To standard error, as one JSON object a line. */
void log_open(log_level_e level, const char *process);
int  log_level_parse(const char *name, log_level_e *level);
int  log_enabled(log_level_e level);

void log_write(log_level_e level, const log_t *log, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* error: someone must act; warn: a caller noticed; info: the course of calls */
#define log_error(o, ...) log_write(LOG_ERROR, &(o)->log, __VA_ARGS__)
#define log_warn(o, ...)  log_write(LOG_WARN, &(o)->log, __VA_ARGS__)
#define log_info(o, ...)  log_write(LOG_INFO, &(o)->log, __VA_ARGS__)
#define log_debug(o, ...)                                 \
    do {                                                  \
        if (log_enabled(LOG_DEBUG)) {                     \
            log_write(LOG_DEBUG, &(o)->log, __VA_ARGS__); \
        }                                                 \
    } while (0)

#endif /* BASE_LOG_H */
