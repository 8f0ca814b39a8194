/* SPDX-License-Identifier: BSD-2-Clause */

#include <string.h>

#include "dialogue/phrases.h"

typedef struct {
    const char *language;
    const char *texts[PHRASE_COUNT];
} phrases_t;

/* clang-format off */
static const phrases_t phrases[] = {
    { "en", {
        [PHRASE_WAIT_FIRST] = "One moment, please.",
        [PHRASE_WAIT_AGAIN] = "I'm still looking, just a second.",
        [PHRASE_WAIT_SORRY] = "I'm sorry, this takes longer than usual.",
        [PHRASE_STILL_THERE] = "Are you still there?",
        [PHRASE_IDLE_GOODBYE] = "I can't hear you, so I'll let you go. "
                                "Please call again. Goodbye.",
        [PHRASE_FAILED] = "I'm sorry, something went wrong. "
                          "Could you say that again?",
        [PHRASE_SORRY] = "I'm sorry, I can't help you right now. "
                         "Please call again later. Goodbye.",
        [PHRASE_DONE] = "That is done. Is there anything else?",
        [PHRASE_PERSON] = "i would like to speak to a person",
        [PHRASE_LAST_MINUTE] = "Just so you know, we have about one minute "
                               "left.",
    } },
    { "de", {
        [PHRASE_WAIT_FIRST] = "Einen Moment, bitte.",
        [PHRASE_WAIT_AGAIN] = "Ich sehe noch nach, einen Augenblick.",
        [PHRASE_WAIT_SORRY] = "Entschuldigung, das dauert heute länger.",
        [PHRASE_STILL_THERE] = "Sind Sie noch da?",
        [PHRASE_IDLE_GOODBYE] = "Ich kann Sie nicht hören und lege jetzt "
                                "auf. Rufen Sie gern wieder an. "
                                "Auf Wiederhören.",
        [PHRASE_FAILED] = "Entschuldigung, da ging etwas schief. "
                          "Könnten Sie das bitte noch einmal sagen?",
        [PHRASE_SORRY] = "Es tut mir leid, ich kann Ihnen gerade nicht "
                         "helfen. Bitte rufen Sie später wieder an. "
                         "Auf Wiederhören.",
        [PHRASE_DONE] = "Das ist erledigt. Kann ich noch etwas für Sie tun?",
        [PHRASE_PERSON] = "ich möchte mit einem Menschen sprechen",
        [PHRASE_LAST_MINUTE] = "Ein kurzer Hinweis: Wir haben noch etwa eine "
                               "Minute.",
    } },
    { "es", {
        [PHRASE_WAIT_FIRST] = "Un momento, por favor.",
        [PHRASE_WAIT_AGAIN] = "Sigo buscando, un segundo.",
        [PHRASE_WAIT_SORRY] = "Disculpe, está tardando más de lo normal.",
        [PHRASE_STILL_THERE] = "¿Sigue ahí?",
        [PHRASE_IDLE_GOODBYE] = "No le oigo, así que voy a colgar. "
                                "Vuelva a llamarnos. Adiós.",
        [PHRASE_FAILED] = "Lo siento, algo ha fallado. "
                          "¿Podría repetirlo?",
        [PHRASE_SORRY] = "Lo siento, ahora mismo no puedo ayudarle. "
                         "Llame más tarde, por favor. Adiós.",
        [PHRASE_DONE] = "Hecho. ¿Necesita algo más?",
        [PHRASE_PERSON] = "quiero hablar con una persona",
        [PHRASE_LAST_MINUTE] = "Le aviso de que nos queda más o menos un "
                               "minuto.",
    } },
    { "fr", {
        [PHRASE_WAIT_FIRST] = "Un instant, s'il vous plaît.",
        [PHRASE_WAIT_AGAIN] = "Je cherche encore, une seconde.",
        [PHRASE_WAIT_SORRY] = "Désolé, c'est plus long que d'habitude.",
        [PHRASE_STILL_THERE] = "Vous êtes toujours là ?",
        [PHRASE_IDLE_GOODBYE] = "Je ne vous entends pas, je vais raccrocher. "
                                "N'hésitez pas à rappeler. Au revoir.",
        [PHRASE_FAILED] = "Désolé, un problème est survenu. "
                          "Pourriez-vous répéter ?",
        [PHRASE_SORRY] = "Désolé, je ne peux pas vous aider pour le moment. "
                         "Veuillez rappeler plus tard. Au revoir.",
        [PHRASE_DONE] = "C'est fait. Puis-je faire autre chose pour vous ?",
        [PHRASE_PERSON] = "je voudrais parler à une personne",
        [PHRASE_LAST_MINUTE] = "Il nous reste environ une minute.",
    } },
    { "it", {
        [PHRASE_WAIT_FIRST] = "Un momento, per favore.",
        [PHRASE_WAIT_AGAIN] = "Sto ancora cercando, un secondo.",
        [PHRASE_WAIT_SORRY] = "Mi scusi, ci vuole più del solito.",
        [PHRASE_STILL_THERE] = "È ancora in linea?",
        [PHRASE_IDLE_GOODBYE] = "Non la sento, quindi chiudo la chiamata. "
                                "Ci richiami pure. Arrivederci.",
        [PHRASE_FAILED] = "Mi scusi, qualcosa è andato storto. "
                          "Può ripetere?",
        [PHRASE_SORRY] = "Mi dispiace, ora non posso aiutarla. "
                         "Richiami più tardi. Arrivederci.",
        [PHRASE_DONE] = "Fatto. Posso fare altro per lei?",
        [PHRASE_PERSON] = "vorrei parlare con una persona",
        [PHRASE_LAST_MINUTE] = "Le ricordo che resta circa un minuto.",
    } },
    { "pt", {
        [PHRASE_WAIT_FIRST] = "Um momento, por favor.",
        [PHRASE_WAIT_AGAIN] = "Ainda estou a ver, só um segundo.",
        [PHRASE_WAIT_SORRY] = "Desculpe, está a demorar mais do que é "
                              "normal.",
        [PHRASE_STILL_THERE] = "Ainda está aí?",
        [PHRASE_IDLE_GOODBYE] = "Não consigo ouvir, por isso vou desligar. "
                                "Volte a ligar. Adeus.",
        [PHRASE_FAILED] = "Desculpe, algo correu mal. Pode repetir?",
        [PHRASE_SORRY] = "Desculpe, agora não posso ajudar. "
                         "Ligue mais tarde, por favor. Adeus.",
        [PHRASE_DONE] = "Está feito. Posso ajudar em mais alguma coisa?",
        [PHRASE_PERSON] = "quero falar com uma pessoa",
        [PHRASE_LAST_MINUTE] = "Resta-nos cerca de um minuto.",
    } },
};
/* clang-format on */

const char *
phrase_of(const char *language, phrase_e phrase)
{
    size_t i, length = language != NULL ? strcspn(language, "-_") : 0;

    for (i = 0; i < sizeof(phrases) / sizeof(phrases[0]); i++) {
        if (strlen(phrases[i].language) == length
            && strncmp(phrases[i].language, language, length) == 0)
        {
            return phrases[i].texts[phrase];
        }
    }

    return phrases[0].texts[phrase];
}
