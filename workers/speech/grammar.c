/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "speech/grammar.h"

#define GRAMMAR_SENTENCE_MAX 1024
#define GRAMMAR_DEPTH_MAX 64 /* a rule that uses itself is refused */
#define GRAMMAR_WEIGHT_MAX 100

typedef enum {
    NODE_WORD,    /* text */
    NODE_RULE,    /* text: its name */
    NODE_ALL,     /* the children, one after the other */
    NODE_ONE_OF   /* one of the children */
} node_e;

typedef struct node_s node_t;

struct node_s {
    node_e   kind;
    char    *text;
    node_t **children;
    size_t   count;
    size_t   next;   /* of a NODE_ONE_OF: which child is drawn next */
    int      weight; /* among the alternatives it is one of */
};

typedef struct {
    char   *name; /* NULL: a block of sentences */
    size_t  draws;
    node_t *body; /* NODE_ONE_OF */
} rule_t;

struct grammar_s {
    rule_t  *rules;
    size_t   count;
    uint64_t random;
};

typedef struct {
    const char *path;
    unsigned    line;
    const char *at; /* what is left of the line */
} source_t;

typedef struct {
    char   text[GRAMMAR_SENTENCE_MAX];
    size_t len;
} sentence_t;

static int grammar_line(grammar_t *g, source_t *s, char *line);
static rule_t *grammar_rule_add(grammar_t *g, const char *name, size_t len);
static rule_t *grammar_rule_find(grammar_t *g, const char *name);
static int parse_line(source_t *s, node_t *one_of);
static int parse_alternatives(source_t *s, node_t *one_of);
static node_t *parse_sequence(source_t *s);
static node_t *parse_item(source_t *s);
static node_t *parse_group(source_t *s);
static int parse_fail(const source_t *s, const char *why);
static node_t *node_create(node_e kind, const char *text, size_t len);
static void node_destroy(node_t *node);
static int node_add(node_t *parent, node_t *child);
static int expand(grammar_t *g, node_t *node, sentence_t *s, int depth);
static void shuffle(grammar_t *g, node_t *node);

int
grammar_create(grammar_t **gp)
{
    grammar_t *g;

    g = calloc(1, sizeof(grammar_t));
    if (g == NULL) {
        return -ENOMEM;
    }

    g->random = 88172645463325252u; /* any but zero */
    *gp = g;
    return 0;
}

void
grammar_destroy(grammar_t *g)
{
    if (g == NULL) {
        return;
    }

    for (size_t i = 0; i < g->count; i++) {
        free(g->rules[i].name);
        node_destroy(g->rules[i].body);
    }

    free(g->rules);
    free(g);
}

int
grammar_read(grammar_t *g, const char *path)
{
    int      rc = 0;
    char    *line = NULL;
    FILE    *file;
    size_t   room = 0;
    source_t s = { .path = path };

    file = fopen(path, "re");
    if (file == NULL) {
        rc = -errno;
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        return rc;
    }

    while (rc == 0 && getline(&line, &room, file) > 0) {
        s.line++;
        line[strcspn(line, "#\n")] = '\0';
        rc = grammar_line(g, &s, line);
    }

    free(line);
    fclose(file);
    return rc;
}

int
grammar_draw(grammar_t *g, int (*each)(void *data, const char *sentence),
             void *data)
{
    int        rc;
    rule_t    *rule;
    sentence_t s;

    for (size_t i = 0; i < g->count; i++) {
        rule = &g->rules[i];

        for (size_t n = 0; rule->name == NULL && n < rule->draws; n++) {
            s.len = 0;
            rc = expand(g, rule->body, &s, 0);
            if (rc < 0) {
                return rc;
            }

            s.text[s.len] = '\0';
            rc = each(data, s.text);
            if (rc < 0) {
                return rc;
            }
        }
    }

    return 0;
}

int
grammar_words(grammar_t *g, const char *name,
              int (*each)(void *data, const char *word), void *data)
{
    int     rc = 0;
    node_t *node;
    rule_t *rule;

    rule = grammar_rule_find(g, name);
    if (rule == NULL) {
        return -ENOENT;
    }

    for (size_t i = 0; i < rule->body->count && rc == 0; i++) {
        node = rule->body->children[i];
        if (node->count == 1 && node->children[0]->kind == NODE_WORD) {
            rc = each(data, node->children[0]->text);
        }
    }

    return rc;
}

/* A rule, the head of a block, or an indented line that adds to the last. */
static int
grammar_line(grammar_t *g, source_t *s, char *line)
{
    char   *equals;
    size_t  len;
    rule_t *rule;

    s->at = line + strspn(line, " \t");
    if (*s->at == '\0') {
        return 0;
    }

    if (s->at > line) {
        if (g->count == 0) {
            return parse_fail(s, "an indented line begins the file");
        }

        rule = &g->rules[g->count - 1];
        if (*s->at == '|') {
            s->at++;
        }
        return parse_line(s, rule->body);
    }

    if (strncmp(line, "say ", 4) == 0) {
        rule = grammar_rule_add(g, NULL, 0);
        if (rule == NULL) {
            return -ENOMEM;
        }
        rule->draws = strtoul(line + 4, NULL, 10);
        return rule->draws > 0 ? 0 : parse_fail(s, "say how many");
    }

    equals = strchr(line, '=');
    len = strcspn(line, " =");
    if (equals == NULL || len == 0) {
        return parse_fail(s, "neither a rule nor a block");
    }

    rule = grammar_rule_add(g, line, len);
    if (rule == NULL) {
        return -ENOMEM;
    }

    s->at = equals + 1;
    return parse_line(s, rule->body);
}

static rule_t *
grammar_rule_add(grammar_t *g, const char *name, size_t len)
{
    rule_t *rules, *rule;

    rules = realloc(g->rules, (g->count + 1) * sizeof(rule_t));
    if (rules == NULL) {
        return NULL;
    }

    g->rules = rules;
    rule = &rules[g->count];
    rule->draws = 0;
    rule->name = name != NULL ? strndup(name, len) : NULL;
    rule->body = node_create(NODE_ONE_OF, NULL, 0);
    if (rule->body == NULL || (name != NULL && rule->name == NULL)) {
        free(rule->name);
        node_destroy(rule->body);
        return NULL;
    }

    g->count++;
    return rule;
}

static rule_t *
grammar_rule_find(grammar_t *g, const char *name)
{
    for (size_t i = 0; i < g->count; i++) {
        if (g->rules[i].name != NULL && strcmp(g->rules[i].name, name) == 0) {
            return &g->rules[i];
        }
    }

    return NULL;
}

static int
parse_line(source_t *s, node_t *one_of)
{
    int rc;

    rc = parse_alternatives(s, one_of);
    if (rc == 0 && *s->at != '\0') {
        return parse_fail(s, "a bracket was not opened");
    }

    return rc;
}

/* a b | *2 c (d|e): up to the end of the line or of the group. */
static int
parse_alternatives(source_t *s, node_t *one_of)
{
    int     rc, weight;
    node_t *sequence;

    for (;;) {
        s->at += strspn(s->at, " \t");
        weight = 1;
        if (*s->at == '*') {
            weight = (int) strtol(s->at + 1, (char **) &s->at, 10);
            if (weight < 1 || weight > GRAMMAR_WEIGHT_MAX) {
                return parse_fail(s, "a weight is 1 to 100");
            }
        }

        sequence = parse_sequence(s);
        if (sequence == NULL) {
            return -EINVAL;
        }

        sequence->weight = weight;
        rc = node_add(one_of, sequence);
        if (rc < 0) {
            return rc;
        }

        if (*s->at != '|') {
            return 0;
        }
        s->at++;
    }
}

static node_t *
parse_sequence(source_t *s)
{
    node_t *all, *item;

    all = node_create(NODE_ALL, NULL, 0);

    while (all != NULL) {
        s->at += strspn(s->at, " \t");
        if (*s->at == '\0' || strchr("|)]", *s->at) != NULL) {
            return all;
        }

        item = parse_item(s);
        if (item == NULL || node_add(all, item) < 0) {
            node_destroy(all);
            return NULL;
        }
    }

    return NULL;
}

static node_t *
parse_item(source_t *s)
{
    node_e      kind = *s->at == '$' ? NODE_RULE : NODE_WORD;
    size_t      len;
    const char *word;

    if (*s->at == '(' || *s->at == '[') {
        return parse_group(s);
    }

    word = kind == NODE_RULE ? s->at + 1 : s->at;
    len = strspn(word, "abcdefghijklmnopqrstuvwxyz_'-");
    if (len == 0) {
        (void) parse_fail(s, "not a word");
        return NULL;
    }

    s->at = word + len;
    return node_create(kind, word, len);
}

static node_t *
parse_group(source_t *s)
{
    char    close = *s->at == '(' ? ')' : ']';
    node_t *group, *nothing;

    group = node_create(NODE_ONE_OF, NULL, 0);
    if (group == NULL) {
        return NULL;
    }

    s->at++;
    if (parse_alternatives(s, group) < 0) {
        goto failed;
    }

    if (*s->at != close) {
        (void) parse_fail(s, "a bracket is not closed");
        goto failed;
    }
    s->at++;

    if (close == ']') {
        nothing = node_create(NODE_ALL, NULL, 0);
        if (nothing == NULL) {
            goto failed;
        }

        nothing->weight = (int) group->count;
        if (node_add(group, nothing) < 0) {
            goto failed;
        }
    }

    return group;

failed:
    node_destroy(group);
    return NULL;
}

static int
parse_fail(const source_t *s, const char *why)
{
    fprintf(stderr, "%s:%u: %s: %s\n", s->path, s->line, why, s->at);
    return -EINVAL;
}

static node_t *
node_create(node_e kind, const char *text, size_t len)
{
    node_t *node;

    node = calloc(1, sizeof(node_t));
    if (node == NULL) {
        return NULL;
    }

    node->kind = kind;
    node->weight = 1;
    if (text != NULL) {
        node->text = strndup(text, len);
        if (node->text == NULL) {
            free(node);
            return NULL;
        }
    }

    return node;
}

/* An alternative of some weight is in its parent as often, but owned once. */
static void
node_destroy(node_t *node)
{
    if (node == NULL) {
        return;
    }

    for (size_t i = 0; i < node->count; i++) {
        if (--node->children[i]->weight <= 0 || node->kind == NODE_ALL) {
            node_destroy(node->children[i]);
        }
    }

    free(node->children);
    free(node->text);
    free(node);
}

/* Takes the child, also when it fails. */
static int
node_add(node_t *parent, node_t *child)
{
    size_t   copies = (size_t) child->weight;
    node_t **children;

    children = realloc(parent->children,
                       (parent->count + copies) * sizeof(node_t *));
    if (children == NULL) {
        child->weight = 0;
        node_destroy(child);
        return -ENOMEM;
    }

    parent->children = children;
    while (copies-- > 0) {
        children[parent->count++] = child;
    }

    return 0;
}

static int
expand(grammar_t *g, node_t *node, sentence_t *s, int depth)
{
    int     rc;
    size_t  len;
    rule_t *rule;

    if (depth > GRAMMAR_DEPTH_MAX) {
        fprintf(stderr, "a rule uses itself\n");
        return -ELOOP;
    }

    switch (node->kind) {

    case NODE_WORD:
        len = strlen(node->text);
        if (s->len + len + 2 > sizeof(s->text)) {
            return -E2BIG;
        }
        if (s->len > 0) {
            s->text[s->len++] = ' ';
        }
        memcpy(s->text + s->len, node->text, len);
        s->len += len;
        return 0;

    case NODE_RULE:
        rule = grammar_rule_find(g, node->text);
        if (rule == NULL) {
            fprintf(stderr, "no rule $%s\n", node->text);
            return -ENOENT;
        }
        return expand(g, rule->body, s, depth + 1);

    case NODE_ALL:
        for (size_t i = 0; i < node->count; i++) {
            rc = expand(g, node->children[i], s, depth + 1);
            if (rc < 0) {
                return rc;
            }
        }
        return 0;

    case NODE_ONE_OF:
        if (node->count == 0) {
            return 0;
        }
        if (node->next == 0) {
            shuffle(g, node);
        }
        len = node->next;
        node->next = (node->next + 1) % node->count;
        return expand(g, node->children[len], s, depth + 1);
    }

    return -EINVAL;
}

static void
shuffle(grammar_t *g, node_t *node)
{
    size_t  j;
    node_t *child;

    for (size_t i = node->count - 1; i > 0; i--) {
        g->random ^= g->random << 13;
        g->random ^= g->random >> 7;
        g->random ^= g->random << 17;
        j = (size_t) (g->random % (i + 1));
        child = node->children[i];
        node->children[i] = node->children[j];
        node->children[j] = child;
    }
}
