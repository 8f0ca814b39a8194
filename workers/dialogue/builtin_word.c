/* SPDX-License-Identifier: BSD-2-Clause */

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "dialogue/builtin_word.h"

#define COUNT(a)  (sizeof(a) / sizeof((a)[0]))
#define SKIP_MAX  3 /* words that "*" in a pattern stands for */
#define FUZZY_MAX BUILTIN_WORD_BYTES

typedef struct {
    const char *text;
    short       number;
    char        ordinal;
} numeral_t;

typedef struct {
    const char *from;
    const char *to; /* up to three words */
} rewrite_t;

static void word_add(builtin_words_t *ws, const char *text, size_t len);
static void words_letters(builtin_words_t *ws, const char **text);
static void words_digits(builtin_words_t *ws, const char **text, int plus);
static void words_merge(builtin_words_t *ws);
static void words_drop(builtin_words_t *ws, size_t i);
static int  pattern_element(const char *element, size_t len, const char *word);

/* clang-format off */
static const numeral_t numerals[] = {
    { "zero", 0, 0 }, { "nought", 0, 0 }, { "one", 1, 0 }, { "two", 2, 0 },
    { "three", 3, 0 }, { "four", 4, 0 }, { "five", 5, 0 }, { "six", 6, 0 },
    { "seven", 7, 0 }, { "eight", 8, 0 }, { "nine", 9, 0 }, { "ten", 10, 0 },
    { "eleven", 11, 0 }, { "twelve", 12, 0 }, { "thirteen", 13, 0 },
    { "fourteen", 14, 0 }, { "fifteen", 15, 0 }, { "sixteen", 16, 0 },
    { "seventeen", 17, 0 }, { "eighteen", 18, 0 }, { "nineteen", 19, 0 },
    { "twenty", 20, 0 }, { "thirty", 30, 0 }, { "forty", 40, 0 },
    { "fourty", 40, 0 }, { "fifty", 50, 0 }, { "sixty", 60, 0 },
    { "seventy", 70, 0 }, { "eighty", 80, 0 }, { "ninety", 90, 0 },
    { "first", 1, 1 }, { "second", 2, 1 }, { "third", 3, 1 },
    { "fourth", 4, 1 }, { "fifth", 5, 1 }, { "sixth", 6, 1 },
    { "seventh", 7, 1 }, { "eighth", 8, 1 }, { "ninth", 9, 1 },
    { "tenth", 10, 1 }, { "eleventh", 11, 1 }, { "twelfth", 12, 1 },
    { "thirteenth", 13, 1 }, { "fourteenth", 14, 1 }, { "fifteenth", 15, 1 },
    { "sixteenth", 16, 1 }, { "seventeenth", 17, 1 }, { "eighteenth", 18, 1 },
    { "nineteenth", 19, 1 }, { "twentieth", 20, 1 }, { "thirtieth", 30, 1 },
};

/* Spoken and typed short forms, so that a pattern needs only the long one. */
static const rewrite_t rewrites[] = {
    { "i'd", "i would" }, { "i'm", "i am" }, { "i'll", "i will" },
    { "i've", "i have" }, { "it's", "it is" }, { "that's", "that is" },
    { "what's", "what is" }, { "where's", "where is" },
    { "when's", "when is" }, { "who's", "who is" }, { "how's", "how is" },
    { "there's", "there is" }, { "here's", "here is" }, { "he's", "he is" },
    { "she's", "she is" }, { "name's", "name is" },
    { "number's", "number is" }, { "you're", "you are" },
    { "we're", "we are" }, { "they're", "they are" },
    { "you've", "you have" }, { "we've", "we have" }, { "we'd", "we would" },
    { "you'd", "you would" }, { "we'll", "we will" },
    { "you'll", "you will" }, { "it'll", "it will" },
    { "it'd", "it would" },
    { "that'll", "that will" }, { "that'd", "that would" },
    { "let's", "let us" }, { "don't", "do not" }, { "doesn't", "does not" },
    { "didn't", "did not" }, { "isn't", "is not" }, { "aren't", "are not" },
    { "wasn't", "was not" }, { "won't", "will not" },
    { "wouldn't", "would not" }, { "can't", "can not" },
    { "cannot", "can not" }, { "couldn't", "could not" },
    { "haven't", "have not" }, { "shouldn't", "should not" },
    { "dont", "do not" }, { "doesnt", "does not" }, { "didnt", "did not" },
    { "cant", "can not" }, { "wont", "will not" }, { "im", "i am" },
    { "ive", "i have" }, { "whats", "what is" }, { "thats", "that is" },
    { "wheres", "where is" }, { "lets", "let us" }, { "gonna", "going to" },
    { "wanna", "want to" }, { "gotta", "got to" }, { "gimme", "give me" },
    { "ok", "okay" }, { "tmrw", "tomorrow" }, { "tmr", "tomorrow" },
    { "pls", "please" }, { "thx", "thanks" }, { "appt", "appointment" },
    { "dr", "doctor" }, { "oclock", "o'clock" }, { "goodbye", "goodbye" },
    { "bye-bye", "bye" }, { "reschedual", "reschedule" },
};

/* Hesitations; they carry nothing. */
static const char hesitations[] =
    "um|uh|er|erm|ah|hmm|hm|mm|eh|umm|uhh|uhm";

/* Two words a recognizer makes of one. */
static const rewrite_t pairs[] = {
    { "to morrow", "tomorrow" }, { "good bye", "goodbye" },
    { "o clock", "o'clock" }, { "any time", "anytime" },
    { "re schedule", "reschedule" }, { "after noon", "afternoon" },
    { "week end", "weekend" },
    { "all right", "alright" },
    { "o k", "okay" },
};

/* Words of their own that must not pass for a misspelling of another. */
static const char own_words[] =
    "massage|cancer|charge|charges|chose|there|where|these|those|think|"
    "thing|things|leaves|later|latter|water|clear|lease|least|house|"
    "horse|hurts|broke|brook|moved|moving|prize|place|plate|times|timer|"
    "weeks|months|morning|moaning|speck|spear|seven|eight|three|eighty|"
    "eighth|sixty|sixth|forty|forth|fourth|fifty|fifth|thirty|third|"
    "tuesday|thursday|canceled|sooner|soon|right|night|light|might|would|"
    "could|should|world|wound|really|ready|reply|party|parts|store|story|"
    "start|stay|still|stall|table|cable|tables|visa|visas|trade|quite|"
    "quiet|quit|bread|break|great|greet|treat|phone|phones|prone|loser|"
    "close|closer|clothes|chance|changed|listen|lesson|person|persons|"
    "reason|season|opera|doctor|talks|tails|class|glass|teeth|tooth|take|"
    "taken|takes|make|makes|share|shared|work|works|word|words|form|farm|"
    "even|ever|never|after|other|mother|father|better|letter|plan|plans|"
    "plant|sense|since|which|while|white|being|bring|string|spring|"
    "acting|alone|along|alter|among|arrived|barker|bill|bills|both|"
    "bother|brad|brake|brakes|brand|branch|brooks|brother|bryan|bunch|"
    "burnt|called|caller|camry|candy|carr|cars|cause|chair|chang|change|"
    "changes|charged|charger|charging|charles|cheek|choice|clark|clean|"
    "cleaned|cleaner|cleared|closed|cold|concern|conflicts|conner|"
    "contract|contacted|connected|contractor|corrected|correctly|costa|"
    "curry|dairy|decide|dine|driver|dropping|drove|dying|earl|employer|"
    "esther|excuses|expert|faxed|fewer|finishes|fired|forget|forgot|"
    "fried|garbage|garage|grade|guess|guest|guests|hall|hardy|heater|"
    "heating|hurry|idea|infected|infection|inspected|inspection|"
    "inspector|interest|kids|kind|kinds|lady|laser|late|latex|leave|"
    "leaving|listed|loan|locked|look|looked|lynch|march|match|mean|mile|"
    "mills|misses|month|mouth|noticed|older|others|painted|part|partly|"
    "parker|parsons|pearson|peace|peters|placed|playing|pleased|points|"
    "police|print|printed|provider|quote|quoted|read|reads|regarding|"
    "relax|root|salmon|saving|save|says|seat|seem|seen|sees|sell|selling|"
    "serve|served|server|shade|shame|shape|shirt|shots|showed|shower|"
    "showers|slot|slots|slower|small|smart|smell|smoke|snowing|sonia|"
    "sore|spell|spending|spent|spoke|sports|spot|spots|steak|step|steps|"
    "steve|stick|stiff|stock|stone|stove|stuck|stuff|style|suit|suite|"
    "swelling|taking|talking|tanks|taxes|tenth|tested|texted|than|thank|"
    "thick|thin|thought|though|threw|through|tire|tired|tires|track|tran|"
    "tree|tried|tripping|tuned|turned|waiter|waiting|wait|walker|wanting|"
    "washed|watts|were|whole|whose|wong|woods|worried|worries|wrote|"
    "writing|year|years|your|yours|smoking|accounting|accountant|"
    "physical|physician|specials|deliver|dentists|stated|state|quality";
/* clang-format on */

void
builtin_words(builtin_words_t *ws, const char *text)
{
    int plus;

    ws->count = 0;
    plus = 0;

    while (*text != '\0' && ws->count < BUILTIN_WORDS_MAX) {
        unsigned char c = (unsigned char) *text;

        if (isdigit(c)) {
            words_digits(ws, &text, plus);
            plus = 0;
            continue;
        }
        if (isalpha(c) || c >= 0x80) {
            words_letters(ws, &text);
            plus = 0;
            continue;
        }
        if (strchr(".,;:?!", c) != NULL && ws->count > 0) {
            ws->at[ws->count - 1].stop = 1;
        }
        plus = c == '+' || (plus && (c == ' ' || c == '('));
        text++;
    }

    words_merge(ws);
}

int
builtin_word_is(const builtin_words_t *ws, size_t i, const char *wanted)
{
    return i < ws->count && strcmp(ws->at[i].text, wanted) == 0;
}

int
builtin_word_among(const builtin_words_t *ws, size_t i, const char *set)
{
    size_t      len;
    const char *at;

    if (i >= ws->count) {
        return 0;
    }

    len = strlen(ws->at[i].text);
    for (at = set; (at = strstr(at, ws->at[i].text)) != NULL; at++) {
        if ((at == set || at[-1] == '|')
            && (at[len] == '\0' || at[len] == '|'))
        {
            return 1;
        }
    }
    return 0;
}

/* Optimal string alignment distance, given up beyond limit. */
static int
word_distance(const char *a, size_t la, const char *b, size_t lb, int limit)
{
    int d[FUZZY_MAX + 1][FUZZY_MAX + 1];

    for (size_t i = 0; i <= la; i++) {
        d[i][0] = (int) i;
    }
    for (size_t j = 0; j <= lb; j++) {
        d[0][j] = (int) j;
    }

    for (size_t i = 1; i <= la; i++) {
        int best = limit + 1;

        for (size_t j = 1; j <= lb; j++) {
            int v = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);

            v = d[i - 1][j] + 1 < v ? d[i - 1][j] + 1 : v;
            v = d[i][j - 1] + 1 < v ? d[i][j - 1] + 1 : v;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2]
                && a[i - 2] == b[j - 1] && d[i - 2][j - 2] + 1 < v)
            {
                v = d[i - 2][j - 2] + 1;
            }
            d[i][j] = v;
            best = v < best ? v : best;
        }
        if (best > limit) {
            return best;
        }
    }
    return d[la][lb];
}

static int
word_close(const char *word, const char *wanted, size_t lw)
{
    int    limit;
    size_t len;

    if (word[0] != wanted[0] || lw < 5) {
        return 0;
    }

    len = strlen(word);
    if (len > 3 && (len + 1 == lw || len == lw + 1)
        && strncmp(word, wanted, len < lw ? len : lw) == 0
        && (len < lw ? wanted[len] : word[lw]) == 's')
    {
        return 1;
    }
    limit = lw >= 9 ? 2 : 1;
    if (len < 4 || len + (size_t) limit < lw || len > lw + (size_t) limit
        || lw >= FUZZY_MAX)
    {
        return 0;
    }
    if (word_distance(word, len, wanted, lw, limit) > limit) {
        return 0;
    }
    return !pattern_element(own_words, sizeof(own_words) - 1, word);
}

int
builtin_word_like(const char *word, const char *wanted)
{
    return strcmp(word, wanted) == 0
           || word_close(word, wanted, strlen(wanted));
}

int
builtin_words_number(const builtin_words_t *ws, size_t i, size_t *used)
{
    const builtin_word_t *w;

    if (i >= ws->count) {
        return -1;
    }

    w = &ws->at[i];
    if (w->number < 0 || w->ordinal) {
        return -1;
    }

    *used = 1;
    if (w->digits || w->number < 20 || i + 1 >= ws->count) {
        return w->number;
    }
    if (!w[1].digits && !w[1].ordinal && w[1].number > 0
        && w[1].number < 10)
    {
        *used = 2;
        return w->number + w[1].number;
    }
    return w->number;
}

int
builtin_words_ordinal(const builtin_words_t *ws, size_t i, size_t *used)
{
    const builtin_word_t *w;

    if (i >= ws->count || ws->at[i].number < 0) {
        return -1;
    }

    w = &ws->at[i];
    if (w->ordinal) {
        *used = 1;
        return w->number;
    }
    if (!w->digits && (w->number == 20 || w->number == 30)
        && i + 1 < ws->count && w[1].ordinal && w[1].number < 10)
    {
        *used = 2;
        return w->number + w[1].number;
    }
    return -1;
}

/* One element of a pattern, "a|b|c" of len bytes, against one word. */
static int
pattern_element(const char *element, size_t len, const char *word)
{
    size_t      lw = strlen(word);
    const char *at = element, *last = element + len;

    while (at < last) {
        const char *bar = memchr(at, '|', (size_t) (last - at));
        size_t      la = (size_t) ((bar != NULL ? bar : last) - at);

        if (la == lw && memcmp(at, word, lw) == 0) {
            return 1;
        }
        at += la + 1;
    }
    return 0;
}

static int
pattern_close(const char *element, size_t len, const char *word)
{
    char        wanted[BUILTIN_WORD_BYTES];
    const char *at = element, *last = element + len;

    while (at < last) {
        const char *bar = memchr(at, '|', (size_t) (last - at));
        size_t      la = (size_t) ((bar != NULL ? bar : last) - at);

        if (la >= 5 && la < sizeof(wanted) && *at == *word) {
            memcpy(wanted, at, la);
            wanted[la] = '\0';
            if (word_close(word, wanted, la)) {
                return 1;
            }
        }
        at += la + 1;
    }
    return 0;
}

int
builtin_words_match(const builtin_words_t *ws, size_t from, size_t to,
                    size_t i, const char *pattern, size_t *end)
{
    int         optional;
    size_t      len;
    const char *next;

    while (*pattern == ' ') {
        pattern++;
    }
    if (*pattern == '\0') {
        *end = i;
        return 1;
    }

    len = strcspn(pattern, " ");
    next = pattern + len;

    if (len == 1 && *pattern == '^') {
        return i == from && builtin_words_match(ws, from, to, i, next, end);
    }
    if (len == 1 && *pattern == '$') {
        return i == to && builtin_words_match(ws, from, to, i, next, end);
    }
    if (len == 1 && *pattern == '*') {
        for (size_t n = 0; n <= SKIP_MAX && i + n <= to; n++) {
            if (builtin_words_match(ws, from, to, i + n, next, end)) {
                return 1;
            }
        }
        return 0;
    }

    optional = pattern[len - 1] == '?';
    len -= (size_t) optional;
    if (i < to
        && (pattern_element(pattern, len, ws->at[i].text)
            || pattern_close(pattern, len, ws->at[i].text))
        && builtin_words_match(ws, from, to, i + 1, next, end))
    {
        return 1;
    }
    return optional && builtin_words_match(ws, from, to, i, next, end);
}

int
builtin_words_find(const builtin_words_t *ws, size_t from, size_t to,
                   const char *pattern, size_t *end)
{
    size_t stop = 0;

    for (size_t i = from; i < to; i++) {
        if (builtin_words_match(ws, from, to, i, pattern, &stop)) {
            if (end != NULL) {
                *end = stop;
            }
            return (int) i;
        }
        if (*pattern == '^') {
            return -1;
        }
    }
    return -1;
}

void
builtin_words_join(const builtin_words_t *ws, size_t from, size_t to,
                   char *text, size_t size)
{
    size_t len = 0;

    text[0] = '\0';
    for (size_t i = from; i < to && i < ws->count; i++) {
        int n = snprintf(text + len, size - len, "%s%s", len > 0 ? " " : "",
                         ws->at[i].text);

        if (n < 0 || (size_t) n >= size - len) {
            text[len] = '\0';
            return;
        }
        len += (size_t) n;
    }
}

static void
word_add(builtin_words_t *ws, const char *text, size_t len)
{
    builtin_word_t *w;

    if (ws->count == BUILTIN_WORDS_MAX) {
        return;
    }

    w = &ws->at[ws->count++];
    memset(w, 0, sizeof(*w));
    w->number = -1;
    len = len < BUILTIN_WORD_BYTES ? len : BUILTIN_WORD_BYTES - 1;
    memcpy(w->text, text, len);

    for (size_t i = 0; i < COUNT(numerals); i++) {
        if (strcmp(numerals[i].text, w->text) == 0) {
            w->number = numerals[i].number;
            w->ordinal = numerals[i].ordinal != 0;
            return;
        }
    }
}

/* Adds the words of a short list, "i would". */
static void
words_add(builtin_words_t *ws, const char *list)
{
    while (*list != '\0') {
        size_t len = strcspn(list, " ");

        word_add(ws, list, len);
        list += len;
        list += *list == ' ';
    }
}

/* An apostrophe within a word, straight or curly: its length in bytes. */
static size_t
apostrophe(const char *at)
{
    if (*at == '\'' || *at == '`') {
        return 1;
    }
    return strncmp(at, "\xe2\x80\x99", 3) == 0 ? 3 : 0;
}

static void
words_letters(builtin_words_t *ws, const char **text)
{
    char        word[BUILTIN_WORD_BYTES * 2];
    size_t      len = 0, n;
    const char *at = *text;

    for (;;) {
        unsigned char c = (unsigned char) *at;

        n = apostrophe(at);
        if (n > 0 && isalpha((unsigned char) at[n])) {
            c = '\'';
        } else if (n == 3 || (!isalpha(c) && c < 0x80)) {
            break;
        } else {
            n = 1;
        }
        if (len + 1 < sizeof(word)) {
            word[len++] = (char) (c < 0x80 ? tolower(c) : c);
        }
        at += n;
    }

    /* A curly apostrophe with nothing after it. */
    if (at == *text) {
        *text += 3;
        return;
    }

    *text = at;
    word[len] = '\0';
    /* "uh huh", "mm hm", and "mm" alone: not hesitations. */
    if (strcmp(word, "uh") == 0 || strcmp(word, "mm") == 0) {
        size_t more;

        n = strspn(at, " -");
        more = at[n] == 'h' ? strspn(at + n, "hum") : 0;
        if ((more >= 2 && !isalpha((unsigned char) at[n + more]))
            || (word[0] == 'm' && at[n] == '\0'))
        {
            *text = at + n + more;
            word_add(ws, "mhm", 3);
            return;
        }
    }
    if (pattern_element(hesitations, sizeof(hesitations) - 1, word)) {
        return;
    }
    for (size_t i = 0; i < COUNT(rewrites); i++) {
        if (strcmp(rewrites[i].from, word) == 0) {
            words_add(ws, rewrites[i].to);
            return;
        }
    }
    word_add(ws, word, len);
}

static void
words_digits(builtin_words_t *ws, const char **text, int plus)
{
    size_t          len;
    const char     *at = *text;
    builtin_word_t *w;

    len = strspn(at, "0123456789");
    *text = at + len;
    if (ws->count == BUILTIN_WORDS_MAX) {
        return;
    }

    word_add(ws, at, len);
    w = &ws->at[ws->count - 1];
    w->digits = 1;
    w->plus = plus != 0;
    w->number = len <= 4 ? (short) atoi(w->text) : -1;

    at += len;
    if (strchr(":/-.", *at) != NULL && *at != '\0'
        && isdigit((unsigned char) at[1]))
    {
        w->joint = *at;
        *text = at + 1;
        return;
    }
    if ((strncasecmp(at, "st", 2) == 0 || strncasecmp(at, "nd", 2) == 0
         || strncasecmp(at, "rd", 2) == 0 || strncasecmp(at, "th", 2) == 0)
        && !isalnum((unsigned char) at[2]))
    {
        w->ordinal = 1;
        *text = at + 2;
    }
}

/* What several words of a recognizer mean together. */
static void
words_merge(builtin_words_t *ws)
{
    char pair[2 * BUILTIN_WORD_BYTES];

    for (size_t i = 0; i + 1 < ws->count; i++) {
        builtin_word_t *w = &ws->at[i];

        if (w->digits || w[1].digits) {
            continue;
        }
        /* "a m" is a time of day after a number, else spelled letters. */
        if ((strcmp(w->text, "a") == 0 || strcmp(w->text, "p") == 0)
            && strcmp(w[1].text, "m") == 0 && i > 0
            && (w[-1].number >= 0 || strcmp(w[-1].text, "o'clock") == 0))
        {
            w->text[1] = 'm';
            w->text[2] = '\0';
            w->stop = 0;
            words_drop(ws, i + 1);
            continue;
        }
        if (w->stop) {
            continue;
        }
        snprintf(pair, sizeof(pair), "%s %s", w->text, w[1].text);
        for (size_t j = 0; j < COUNT(pairs); j++) {
            if (strcmp(pairs[j].from, pair) == 0
                && strchr(pairs[j].to, ' ') == NULL)
            {
                snprintf(w->text, sizeof(w->text), "%s", pairs[j].to);
                w->stop = w[1].stop;
                words_drop(ws, i + 1);
                break;
            }
        }
    }
}

static void
words_drop(builtin_words_t *ws, size_t i)
{
    memmove(&ws->at[i], &ws->at[i + 1],
            (ws->count - i - 1) * sizeof(builtin_word_t));
    ws->count--;
}
