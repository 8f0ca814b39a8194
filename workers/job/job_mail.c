/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "job/job.h"
#include "mail/mail.h"
#include "mail/mail_file.h"
#include "service/smtp.h"

/*
 * A mail: written into a file, or given to the server of the settings. Tried
 * again it is the same mail with the same Message-ID.
 */

#define PATH_BYTES 512

typedef struct {
    job_t         *job; /* NULL: nobody waits for it any more */
    mail_t         mail;
    smtp_t        *smtp;

    uv_work_t      work;
    char           folder[PATH_BYTES];
    char           name[64];
    int            rc;
} job_mail_t;

static void job_mail_start(job_t *job);
static void job_mail_cancel(job_t *job);
static int  job_mail_send(job_mail_t *m);
static void job_mail_on_sent(void *data, smtp_end_e how, const char *reason);
static int  job_mail_put(job_mail_t *m);
static void job_mail_on_work(uv_work_t *work);
static void job_mail_on_put(uv_work_t *work, int status);
static void job_mail_end(job_mail_t *m, job_end_e how, const char *reason);
static void job_mail_free(job_mail_t *m);

const job_kind_t job_mail = { "mail", job_mail_start, job_mail_cancel };

static void
job_mail_start(job_t *job)
{
    int                rc;
    char               reason[MAIL_REASON_BYTES] = "";
    job_mail_t        *m;
    const desk_conf_t *conf = job_conf(job);
    mail_order_t       order = { .id = job->row.id,
                                 .date = (time_t) job->row.created_s,
                                 .from = conf->mail_from,
                                 .base_url = conf->public_base_url,
                                 .payload = job->payload };

    m = calloc(1, sizeof(job_mail_t));
    if (m == NULL) {
        job_end(job, JOB_LATER, "out of memory");
        return;
    }

    m->job = job;
    job->work = m;

    rc = mail_make(&m->mail, &order, reason);
    if (rc == -EINVAL) {
        job_mail_end(m, JOB_NEVER, reason);
        return;
    }

    if (rc == 0) {
        rc = conf->smtp_url[0] != '\0' ? job_mail_send(m) : job_mail_put(m);
    }

    if (rc < 0) {
        job_mail_end(m, JOB_LATER, strerror(-rc));
    }
}

static void
job_mail_cancel(job_t *job)
{
    job_mail_t *m = job->work;

    if (m->smtp != NULL) {
        smtp_cancel(m->smtp);
        job_mail_free(m);
        return;
    }

    /* A thread may have it: that ends first. */
    m->job = NULL;
    (void) uv_cancel((uv_req_t *) &m->work);
}

static int
job_mail_send(job_mail_t *m)
{
    const desk_conf_t *conf = job_conf(m->job);
    smtp_server_t      server = { .url = conf->smtp_url,
                                  .user = conf->smtp_user,
                                  .password = conf->smtp_password,
                                  .ca_file = conf->smtp_ca_file,
                                  .starttls = conf->smtp_starttls != 0 };
    smtp_mail_t        letter = { .from = m->mail.from,
                                  .to = m->mail.to,
                                  .text = m->mail.text,
                                  .bytes = m->mail.bytes };

    return smtp_send(&m->smtp, job_loop(m->job), &server, &letter,
                     job_mail_on_sent, m);
}

static void
job_mail_on_sent(void *data, smtp_end_e how, const char *reason)
{
    job_mail_t *m = data;

    m->smtp = NULL;

    switch (how) {

    case SMTP_TAKEN:
        job_mail_end(m, JOB_DONE, NULL);
        return;

    case SMTP_LATER:
        log_warn(m->job, "not sent: %s", reason);
        job_mail_end(m, JOB_LATER, reason);
        return;

    case SMTP_REFUSED:
        log_warn(m->job, "not sent: %s", reason);
        job_mail_end(m, JOB_NEVER, reason);
        return;

    case SMTP_WRONG:
        log_error(m->job, "not sent, the settings may be wrong: %s", reason);
        job_mail_end(m, JOB_LATER, reason);
    }
}

/* The disk may keep it waiting: on a thread. */
static int
job_mail_put(job_mail_t *m)
{
    struct tm          tm;
    time_t             date = (time_t) m->job->row.created_s;
    const desk_conf_t *conf = job_conf(m->job);

    if (conf->mail_dir[0] != '\0') {
        (void) snprintf(m->folder, sizeof(m->folder), "%s", conf->mail_dir);
    } else if (conf->state_dir[0] != '\0') {
        (void) snprintf(m->folder, sizeof(m->folder), "%s/mail",
                        conf->state_dir);
    } else {
        return -ENOENT;
    }

    (void) gmtime_r(&date, &tm);
    (void) snprintf(m->name, sizeof(m->name),
                    "%04d%02d%02dT%02d%02d%02dZ-%s.eml", tm.tm_year + 1900,
                    tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min,
                    tm.tm_sec, m->job->row.id);
    m->work.data = m;

    return uv_queue_work(job_loop(m->job), &m->work, job_mail_on_work,
                         job_mail_on_put);
}

static void
job_mail_on_work(uv_work_t *work)
{
    job_mail_t *m = work->data;

    m->rc = mail_file_write(m->folder, m->name, m->mail.text, m->mail.bytes);
}

static void
job_mail_on_put(uv_work_t *work, int status)
{
    char        reason[128];
    job_mail_t *m = work->data;

    if (m->job == NULL) {
        job_mail_free(m);
        return;
    }

    if (status == 0 && m->rc == 0) {
        log_info(m->job, "is %s/%s", m->folder, m->name);
        job_mail_end(m, JOB_DONE, NULL);
        return;
    }

    (void) snprintf(reason, sizeof(reason), "the file cannot be written: %s",
                    strerror(status < 0 ? -status : -m->rc));
    log_error(m->job, "%s", reason);
    job_mail_end(m, JOB_LATER, reason);
}

static void
job_mail_end(job_mail_t *m, job_end_e how, const char *reason)
{
    job_t *job = m->job;

    job->work = NULL;
    job_mail_free(m);
    job_end(job, how, reason);
}

static void
job_mail_free(job_mail_t *m)
{
    mail_free(&m->mail);
    free(m);
}
