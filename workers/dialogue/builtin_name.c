/* SPDX-License-Identifier: BSD-2-Clause */

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "dialogue/builtin_slots.h"
#include "dialogue/builtin_when.h"

#define COUNT(a)       (sizeof(a) / sizeof((a)[0]))
#define NAME_WORDS_MAX 4

/* Names of people, spoken or spelled. */

/* Words that are no part of a name, however they stand. */
static const char not_names[] =
    "a|about|above|absolutely|actually|afraid|after|afternoon|again|agent|"
    "all|allergic|alone|already|alright|also|always|am|an|and|another|any|"
    "anybody|anyone|anything|anytime|appointment|appointments|are|around|as|"
    "ask|asking|at|available|away|back|bad|be|because|been|before|best|"
    "better|between|bit|book|booking|both|bring|broken|busy|but|bye|by|call|"
    "called|caller|calling|came|can|cancel|canceling|care|certain|change|"
    "check|checkup|cleaning|clear|close|closed|come|coming|concerned|"
    "confirm|confused|correct|cost|could|currently|customer|date|day|days|"
    "definitely|dentist|did|different|do|doctor|does|done|down|driving|"
    "earlier|earliest|early|either|else|emergency|employee|enough|evening|"
    "ever|every|everything|exactly|exam|excellent|experiencing|fill|find|"
    "fine|first|following|for|forget|free|from|full|get|getting|give|glad|"
    "go|going|gone|good|goodbye|got|great|had|happy|has|have|having|he|"
    "hear|hello|help|her|here|hey|hi|him|his|hold|hoping|hour|hours|how|"
    "human|hurt|hurting|hurts|i|if|ill|important|in|inquiring|insurance|"
    "interested|into|is|it|its|just|keep|kind|know|last|late|later|leave|"
    "let|like|listen|literally|little|live|located|long|looking|lost|love|"
    "lunch|machine|made|make|making|manager|maybe|me|mean|message|might|"
    "mine|minute|moment|money|month|more|morning|move|much|must|my|myself|"
    "name|near|need|needed|needing|never|new|next|nice|night|no|nobody|"
    "none|nope|not|nothing|now|number|o'clock|of|off|office|oh|okay|old|on|"
    "once|one|only|open|operator|or|original|other|our|out|over|owner|pain|"
    "parking|patient|pay|people|perfect|person|phone|planning|please|"
    "possible|pregnant|price|prices|pretty|probably|problem|put|question|"
    "quick|quickly|ready|real|really|receptionist|regular|repeat|"
    "reschedule|reservation|reserve|return|returning|right|robot|running|"
    "said|same|say|schedule|scheduled|see|send|service|services|set|shall|"
    "she|should|sick|sir|slot|smart|so|some|somebody|someone|something|"
    "somewhere|soon|sooner|sorry|sound|sounds|speak|speaking|spell|spelled|"
    "started|still|stop|stuck|sure|table|take|talk|talking|tell|than|thank|"
    "thanks|that|the|their|them|then|there|these|they|thing|think|thinking|"
    "this|those|though|tight|time|times|tired|to|today|tomorrow|tonight|"
    "too|tooth|totally|trouble|trying|unable|under|until|up|urgent|us|use|"
    "using|usually|very|visit|visiting|wait|waiting|wanna|want|wanted|was|"
    "way|we|week|weekend|welcome|well|went|were|what|when|whenever|where|"
    "whether|which|while|who|whole|why|wife|will|with|without|wonder|"
    "wondering|work|working|works|worried|would|wrong|yeah|yep|yes|yet|you|"
    "your|yours|yup|mhm|area|code|digits|cell|mobile|home|spelling|letter|"
    "husband|son|daughter|mother|father|mom|dad|seven|noon|midday|ma'am|"
    "address|directions|friend|company|business|whitening|tooth|teeth|"
    "change|nevermind|whatever|earliest|second|third|double|triple|dash";

/* First names common enough to be known without being announced. */
static const char first_names[] =
    "aaron|abigail|adam|adrian|ahmed|aisha|alan|albert|alex|alexander|"
    "alexandra|alice|alicia|alison|amanda|amber|amelia|amir|amy|ana|andrea|"
    "andrew|angela|anita|ann|anna|anne|anthony|antonio|arthur|ashley|austin|"
    "barbara|ben|benjamin|beth|betty|beverly|bill|billy|bob|bobby|bradley|"
    "brandon|brenda|brian|brittany|bruce|carl|carla|carlos|carmen|carol|"
    "caroline|carolyn|catherine|charles|charlie|charlotte|cheryl|chloe|"
    "chris|christian|christina|christine|christopher|cindy|claire|clara|"
    "cynthia|daniel|danielle|david|dawn|deborah|debra|denise|dennis|diana|"
    "diane|diego|dmitri|donald|donna|dorothy|doug|douglas|dylan|edward|"
    "elena|elizabeth|ella|ellen|emily|emma|eric|erica|ethan|eugene|eva|"
    "evelyn|fatima|fiona|florence|frances|francis|frank|fred|gabriel|gary|"
    "george|gerald|gloria|gordon|grace|greg|gregory|hannah|harold|harry|"
    "heather|helen|henry|howard|ian|isaac|isabel|isabella|ivan|jack|jackie|"
    "jacob|jake|james|jamie|jane|janet|janice|jason|jean|jeff|jeffrey|"
    "jennifer|jenny|jeremy|jerry|jesse|jessica|jim|jimmy|joan|joe|joel|john|"
    "johnny|jonathan|jordan|jorge|jose|joseph|joshua|joyce|juan|judith|judy|"
    "julia|julian|julie|justin|karen|karl|kate|katherine|kathleen|kathy|"
    "katie|keith|kelly|ken|kenneth|kevin|kim|kimberly|kyle|larry|laura|"
    "lauren|lawrence|leah|lee|leo|leonard|lily|linda|lisa|liz|logan|louis|"
    "louise|lucas|lucy|luis|luke|lynn|madison|marco|marcus|margaret|maria|"
    "marie|marilyn|mario|mark|marta|martha|martin|mary|mateo|matt|matthew|max|"
    "megan|melissa|mia|michael|michelle|miguel|mike|mohammed|molly|monica|"
    "nancy|natalie|nathan|nicholas|nick|nicole|nina|noah|nora|oliver|olivia|"
    "omar|oscar|owen|pamela|patricia|patrick|paul|paula|pedro|peter|philip|"
    "phyllis|priya|rachel|ralph|raymond|rebecca|richard|rita|robert|robin|"
    "roger|ronald|rosa|rose|roy|russell|ruth|ryan|sam|samantha|samuel|"
    "sandra|sara|sarah|scott|sean|sharon|shirley|simon|sofia|sophia|sophie|"
    "stephanie|stephen|steve|steven|stuart|sue|susan|tara|teresa|terry|"
    "theresa|thomas|tim|timothy|tina|todd|tom|tony|tracy|tyler|valerie|"
    "vanessa|victor|victoria|vincent|virginia|walter|wayne|wendy|william|"
    "yasmin|yolanda|yusuf|zachary|zoe";

/* clang-format off */
/* Names of letters as a recognizer writes them. */
static const struct {
    const char *word;
    char        letter;
} letters[] = {
    { "ay", 'a' }, { "bee", 'b' }, { "be", 'b' }, { "see", 'c' },
    { "sea", 'c' }, { "dee", 'd' }, { "gee", 'g' }, { "aitch", 'h' },
    { "eye", 'i' }, { "jay", 'j' }, { "kay", 'k' }, { "el", 'l' },
    { "em", 'm' }, { "en", 'n' }, { "oh", 'o' }, { "pee", 'p' },
    { "queue", 'q' }, { "cue", 'q' }, { "are", 'r' }, { "ess", 's' },
    { "tee", 't' }, { "tea", 't' }, { "you", 'u' }, { "vee", 'v' },
    { "ex", 'x' }, { "why", 'y' }, { "zee", 'z' }, { "zed", 'z' }
};
/* clang-format on */

static int
is_letter(const builtin_words_t *ws, size_t i)
{
    return islower((unsigned char) ws->at[i].text[0])
           && ws->at[i].text[1] == '\0';
}

static int
could_be_name(const builtin_words_t *ws, size_t i, size_t to)
{
    const char *w;

    if (i >= to) {
        return 0;
    }
    w = ws->at[i].text;
    if (ws->at[i].number >= 0 || ws->at[i].digits
        || (!isalpha((unsigned char) w[0]) && (unsigned char) w[0] < 0x80))
    {
        return 0;
    }
    return !builtin_word_among(ws, i, not_names)
           && (builtin_weekday_named(w) < 0
               || builtin_word_among(ws, i, first_names))
           && (w[1] != '\0' || (i + 1 < to && !is_letter(ws, i + 1)));
}

static int
is_first_name(const builtin_words_t *ws, size_t i, size_t to)
{
    return i < to && builtin_word_among(ws, i, first_names);
}

/* "j o h n", "double l", "ess em eye": the letters, and the words read. */
static size_t
spelled(const builtin_words_t *ws, size_t i, size_t to, char *text)
{
    size_t len = 0, plain = 0, at = i;

    while (at < to && len + 2 < BUILTIN_WORD_BYTES) {
        int  twice = 0;
        char c = '\0';

        if (builtin_word_is(ws, at, "double") && at + 1 < to) {
            if (builtin_word_among(ws, at + 1, "you|u")) {
                text[len++] = 'w';
                at += 2;
                continue;
            }
            twice = 1;
            at++;
        }
        if (is_letter(ws, at)) {
            c = ws->at[at].text[0];
            plain++;
        } else {
            for (size_t n = 0; n < COUNT(letters); n++) {
                if (builtin_word_is(ws, at, letters[n].word)) {
                    c = letters[n].letter;
                }
            }
        }
        if (c == '\0') {
            at -= (size_t) twice;
            break;
        }
        text[len++] = c;
        if (twice) {
            text[len++] = c;
        }
        at++;
    }

    text[len] = '\0';
    return len >= 2 && plain >= 2 && len >= at - i ? at - i : 0;
}

/* "mary-ann o'brien" with its capitals. */
static void
name_append(builtin_name_t *name, const char *word)
{
    int    up = 1;
    size_t len = strlen(name->text);

    if (len + strlen(word) + 2 > sizeof(name->text)) {
        return;
    }
    if (len > 0) {
        name->text[len++] = ' ';
    }
    for (; *word != '\0'; word++) {
        name->text[len++] = (char) (up ? toupper((unsigned char) *word)
                                       : *word);
        up = *word == '\'' && word[1] != '\0' && word[1] != 's';
    }
    name->text[len] = '\0';
}

/* "smith s m i t h": the letters stand for the word before them. */
static void
name_spell(builtin_name_t *name, const char *letters_said)
{
    char *last = strrchr(name->text, ' ');

    last = last != NULL ? last : name->text;
    if (name->text[0] != '\0'
        && tolower((unsigned char) last[*last == ' ']) == letters_said[0]
        && strlen(letters_said) > 2)
    {
        *last = '\0';
    }
    name_append(name, letters_said);
}

/* Reads name words from i on. Returns how many words that took. */
static size_t
name_read(builtin_name_t *name, const builtin_words_t *ws, size_t i,
          size_t to)
{
    char   said[BUILTIN_WORD_BYTES];
    size_t at = i, used, names = 0;

    name->text[0] = '\0';
    if (at + 1 < to
        && builtin_word_among(ws, at, "mister|mr|mrs|ms|miss|missus|madam"))
    {
        at++;
    }
    while (at < to && names < NAME_WORDS_MAX) {
        used = spelled(ws, at, to, said);
        if (used > 0) {
            name_spell(name, said);
            names++;
            at += used;
            continue;
        }
        if (names > 0 && builtin_word_among(ws, at, "spelled|that|with|is"))
        {
            /* "smith that is s m i t h", "spelled s m y t h e" */
            size_t ahead = at + 1;

            while (ahead < to && ahead < at + 3
                   && builtin_word_among(ws, ahead, "is|spelled|spelt"))
            {
                ahead++;
            }
            used = ahead < to ? spelled(ws, ahead, to, said) : 0;
            if (used == 0) {
                break;
            }
            name_spell(name, said);
            at = ahead + used;
            continue;
        }
        if (!could_be_name(ws, at, to)
            && !(names == 0 && is_first_name(ws, at, to)))
        {
            break;
        }
        name_append(name, ws->at[at].text);
        names++;
        if (ws->at[at].stop) {
            at++;
            break;
        }
        at++;
    }
    return names > 0 ? at - i : 0;
}

/* What announces a name; sure: whatever follows is one. */
static const struct {
    const char *pattern;
    int         sure;
} intros[] = {
    { "name is it? is?", 1 },
    { "name will|would|should be", 1 },
    { "name * under", 1 },
    { "surname|lastname is", 1 },
    { "name on|for the|my|this account|file|booking|order|card is", 1 },
    { "i go by", 1 },
    { "under my|his|her|the * name", 1 },
    { "everyone|everybody|people|they calls|call me", 1 },
    { "this is doctor|professor|officer|father|reverend", 1 },
    { "it|is|was|appointment|reservation|booking|table under", 1 },
    { "call me", 1 },
    { "under the name of?", 1 },
    { "be under", 1 },
    { "in the name of", 1 },
    { "put it? down? under|for", 1 },
    { "change the name to", 1 },
    { "change it to", 0 },
    { "speaking with|to", 0 },
    { "spelled|spelling is?", 0 },
    { "that|it|this would|will be", 0 },
    { "for my|the wife|husband|son|daughter|mother|father|mom|dad", 0 },
    { "for my|the boy|girl|friend|boss|partner|sister|brother", 0 },
    { "this is", 0 },
    { "it is me?", 0 },
    { "that is", 0 },
    { "put|say|write", 0 },
    { "i am", 0 },
    { "^ name", 1 },
    { "under|for", 0 },
    { "is", 0 },
};

static int
name_done(builtin_name_t *name, size_t from, size_t to, int certain)
{
    name->from = from;
    name->to = to;
    name->certain = certain != 0;
    return name->text[0] != '\0';
}

/* "first name john last name smith" */
static int
name_in_parts(builtin_name_t *name, const builtin_words_t *ws, size_t from,
              size_t to)
{
    char   first[BUILTIN_NAME_BYTES], both[2 * BUILTIN_NAME_BYTES];
    int    at;
    size_t end, last;

    at = builtin_words_find(ws, from, to, "first name is?", &end);
    if (at < 0 || name_read(name, ws, end, to) == 0) {
        return 0;
    }
    snprintf(first, sizeof(first), "%s", name->text);
    if (builtin_words_find(ws, end, to, "last|family|second name is?", &last)
            < 0
        && builtin_words_find(ws, end, to, "surname is?", &last) < 0)
    {
        return name_done(name, (size_t) at, end, 1);
    }

    end = last + name_read(name, ws, last, to);
    snprintf(both, sizeof(both), "%s %s", first, name->text);
    snprintf(name->text, sizeof(name->text), "%.*s",
             (int) sizeof(name->text) - 1, both);
    return name_done(name, (size_t) at, end, 1);
}

/* A name that stands alone, as an answer. */
static int
name_alone(builtin_name_t *name, const builtin_words_t *ws, size_t from,
           size_t to)
{
    size_t i = from, used, rest;

    while (i < to
           && builtin_word_among(ws, i,
                                 "yes|yeah|sure|okay|well|so|just|hi|hello|"
                                 "oh|the|no|it|is|of|course|alright|my|"
                                 "yep|please|and"))
    {
        i++;
    }

    used = name_read(name, ws, i, to);
    rest = i + used;
    while (rest < to
           && builtin_word_among(ws, rest,
                                 "please|thanks|thank|you|here|speaking|is|"
                                 "my|name|and|the|yes|calling"))
    {
        rest++;
    }
    return used > 0 && rest == to
           && name_done(name, i, i + used, is_first_name(ws, i, to));
}

/* "johnson is my last name" */
static int
name_before(builtin_name_t *name, const builtin_words_t *ws, size_t from,
            size_t to)
{
    int    at;
    size_t end, used;

    at = builtin_words_find(ws, from, to,
                            "is the|my|his|her last|first|full|family? "
                            "name|surname",
                            &end);
    for (size_t i = from; at > 0 && i < (size_t) at; i++) {
        used = name_read(name, ws, i, (size_t) at);
        if (used > 0 && i + used == (size_t) at) {
            return name_done(name, i, end, 1);
        }
    }
    return 0;
}

int
builtin_name(builtin_name_t *name, const builtin_words_t *ws, size_t from,
             size_t to, int asked)
{
    char said[BUILTIN_WORD_BYTES];

    memset(name, 0, sizeof(*name));
    if (name_in_parts(name, ws, from, to)
        || name_before(name, ws, from, to))
    {
        return 1;
    }

    for (size_t n = 0; n < COUNT(intros); n++) {
        size_t i = from;

        while (i < to) {
            int    at, known;
            size_t end, used;

            at = builtin_words_find(ws, i, to, intros[n].pattern, &end);
            if (at < 0) {
                break;
            }
            i = (size_t) at + 1;
            used = name_read(name, ws, end, to);
            if (used == 0) {
                continue;
            }
            /* A title is as good, and letters are. */
            known = is_first_name(ws, end, to)
                    || spelled(ws, end, to, said) > 0
                    || builtin_word_among(ws, end, "mister|mr|mrs|ms|miss");
            if (n >= COUNT(intros) - 2 && !known) {
                continue;
            }
            /* "i am interested": a name only if asked for or known. */
            if (intros[n].sure || known || (asked && end + used == to)) {
                return name_done(name, (size_t) at, end + used,
                                 intros[n].sure || known);
            }
        }
    }

    if (from < to && asked && name_alone(name, ws, from, to)) {
        return 1;
    }
    /* "anna smith speaking", or a known name and little else. */
    for (size_t i = from; i < to && i < from + 3; i++) {
        size_t used;

        if (!is_first_name(ws, i, to)) {
            continue;
        }
        used = name_read(name, ws, i, to);
        if (used > 0
            && (i + used == to
                || builtin_word_among(ws, i + used,
                                      "speaking|here|calling|please|thanks|"
                                      "thank|from|with|again")))
        {
            return name_done(name, i, i + used, 1);
        }
    }
    name->text[0] = '\0';
    return 0;
}
