// SPDX-License-Identifier: BSD-2-Clause
import accounts from './de-accounts.js'
import business from './de-business.js'

export default {
  ...accounts,
  ...business,
  app: {
    name: 'FrontDesk',
    loading: 'Wird geladen',
    close: 'Schließen',
    skip: 'Zum Inhalt springen',
    navigation: 'Hauptmenü'
  },
  form: {
    optional: 'freiwillig',
    needed: 'Das wird gebraucht.',
    save: 'Speichern',
    create: 'Anlegen',
    cancel: 'Abbrechen',
    delete: 'Löschen',
    deleteOf: '{name} löschen',
    deleteText: 'Das lässt sich nicht zurücknehmen.',
    new: 'Neu: {noun}',
    search: 'Suchen',
    noneFound: 'Nichts passt dazu',
    more: 'Mehr zeigen',
    actions: 'Aktionen',
    saved: 'Gespeichert.'
  },
  group: {
    receptionist: 'Empfang',
    business: 'Betrieb',
    admin: 'Verwaltung'
  },
  page: {
    contacts: 'Kontakte',
    leads: 'Anfragen',
    agents: 'Empfang',
    knowledge: 'Wissen',
    hours: 'Zeiten und Leistungen',
    departments: 'Abteilungen',
    client: 'Betrieb',
    team: 'Team',
    'api-keys': 'API-Schlüssel',
    audit: 'Protokoll',
    'admin-users': 'Benutzer',
    'admin-jobs': 'Aufträge',
    more: 'Mehr',
    profile: 'Ihr Konto',
    'new-client': 'Neuer Betrieb',
    register: 'Registrieren',
    'verify-email': 'E-Mail bestätigen',
    'forgot-password': 'Passwort vergessen',
    'reset-password': 'Neues Passwort',
    invitation: 'Einladung',
    login: 'Anmelden',
    calls: 'Anrufe',
    call: 'Anruf',
    appointments: 'Termine',
    missing: 'Seite nicht gefunden'
  },
  login: {
    title: 'Willkommen zurück',
    text: 'Melden Sie sich an und sehen Sie, wer angerufen hat und warum.',
    email: 'E-Mail',
    password: 'Passwort',
    submit: 'Anmelden',
    busy: 'Anmeldung läuft …',
    wait: 'Erneut in {seconds} s',
    both: 'Bitte geben Sie E-Mail und Passwort ein.',
    wrong: 'E-Mail und Passwort passen nicht zusammen.',
    tooMany: 'Zu viele Versuche. Bitte warten Sie einen Moment.',
    away: 'Der Dienst ist kurz nicht verfügbar. Sobald er antwortet, geht es weiter, wo Sie waren.',
    expired: 'Ihre Sitzung ist beendet. Melden Sie sich an, um dort weiterzumachen.',
    foot: 'Selbst betrieben. Ihre Anrufe bleiben auf Ihrem eigenen Rechner.'
  },
  scene: {
    status: 'Im Gespräch · 0:42',
    caller1: 'Hallo, könnte ich morgen früh zur Zahnreinigung kommen?',
    desk1: 'Gerne. Neun Uhr oder halb elf wären frei. Was passt Ihnen besser?',
    caller2: 'Neun Uhr ist perfekt.',
    booked: 'Gebucht: Zahnreinigung, 9:00 Uhr',
    desk2: 'Neun Uhr ist eingetragen. Bis morgen!',
    motto: 'Jeder Anruf wird angenommen.'
  },
  error: {
    offline: 'Der Server ist nicht erreichbar. Bitte prüfen Sie Ihre Verbindung.',
    away: 'Der Dienst ist kurz nicht verfügbar. Bitte versuchen Sie es gleich noch einmal.',
    retry: 'Erneut versuchen'
  },
  account: {
    menuOf: 'Konto von {name}',
    theme: 'Darstellung',
    system: 'System',
    light: 'Hell',
    dark: 'Dunkel',
    language: 'Sprache',
    shortcuts: 'Kurzbefehle mit einer Taste',
    logout: 'Abmelden',
    role: { owner: 'Inhaber', admin: 'Administrator' }
  },
  clients: {
    selected: 'Betrieb:',
    search: 'Betrieb suchen',
    noneFound: 'Kein Betrieb mit diesem Namen.',
    live: '{n} live',
    noneTitle: 'Noch kein Betrieb',
    noneText: 'Sobald Ihrem Konto ein Betrieb zugeordnet ist, erscheinen hier seine Anrufe.'
  },
  live: {
    title: 'Gerade jetzt',
    none: 'Niemand telefoniert.',
    elsewhere: '{n} bei einem anderen Betrieb | {n} bei anderen Betrieben',
    tag: 'Live',
    connecting: 'Verbindet',
    live: 'Live',
    reconnecting: 'Verbindet erneut',
    paused: 'Pausiert',
    started: 'Ein Anruf von {caller} bei {client} hat begonnen.',
    ended: 'Der Anruf von {caller} bei {client} ist beendet.'
  },
  calls: {
    of: '{client} · Zeiten in {zone}',
    noConversation: 'Kein Gespräch',
    keys: 'blättern durch die Anrufe',
    caller: 'Anrufer',
    unknownCaller: 'Unbekannter Anrufer',
    when: 'Wann',
    duration: 'Dauer',
    outcome: 'Ergebnis',
    summary: 'Zusammenfassung',
    turns: 'Beiträge',
    search: 'Auf dieser Seite suchen',
    filter: 'Ergebnis',
    noneTitle: 'Noch keine Anrufe',
    noneText: 'Rufen Sie {number} an. Der Anruf erscheint hier, noch während Sie sprechen.',
    noneFoundTitle: 'Kein Anruf auf dieser Seite passt',
    noneFoundText: 'Andere Wörter oder ein anderes Ergebnis finden ihn vielleicht.',
    clearFilters: 'Filter löschen'
  },
  kind: {
    all: 'Alle',
    completed: 'Abgeschlossen',
    missed: 'Verpasst',
    failed: 'Gescheitert'
  },
  pager: {
    label: 'Seiten',
    range: '{from}–{to}',
    rangeOf: '{from}–{to} von {total}',
    newer: 'Neuere',
    older: 'Ältere'
  },
  status: {
    ringing: 'Klingelt',
    in_progress: 'Im Gespräch',
    completed: 'Abgeschlossen',
    failed: 'Gescheitert',
    no_answer: 'Keine Antwort',
    busy: 'Besetzt',
    canceled: 'Abgesagt',
    held: 'Vorgemerkt',
    confirmed: 'Bestätigt',
    no_show: 'Nicht erschienen'
  },
  state: {
    ringing: 'Klingelt',
    in_progress: 'Im Gespräch',
    greeting: 'Begrüßung',
    intent: 'Fragt nach dem Anliegen',
    faq: 'Beantwortet eine Frage',
    booking: 'Vereinbart einen Termin',
    transfer_attempt: 'Leitet weiter',
    lead_capture: 'Nimmt eine Nachricht auf',
    confirmation: 'Bestätigt',
    wrap_up: 'Verabschiedet sich',
    ended: 'Beendet',
    connecting: 'Verbindet',
    listening: 'Hört zu',
    thinking: 'Überlegt',
    speaking: 'Spricht',
    yielding: 'Unterbrochen'
  },
  reason: {
    caller_hung_up: 'Anrufer hat aufgelegt',
    caller_hangup: 'Anrufer hat aufgelegt',
    hangup: 'Anrufer hat aufgelegt',
    caller_silent: 'Niemand sprach',
    carrier_completed: 'Anrufer hat aufgelegt',
    carrier_canceled: 'Anrufer hat aufgelegt',
    carrier_failed: 'Leitung gestört',
    carrier_busy: 'Leitung besetzt',
    carrier_no_answer: 'Niemand nahm ab',
    max_duration: 'Höchstdauer erreicht',
    too_long: 'Höchstdauer erreicht',
    no_balance: 'Guthaben aufgebraucht',
    inactive: 'Betrieb ist abgeschaltet',
    blocked: 'Anrufer ist gesperrt',
    owner_answered: 'Vom Inhaber angenommen',
    owner_unavailable: 'Inhaber nahm nicht ab',
    transferred: 'Weitergeleitet',
    recognizer_failed: 'Erkennung gescheitert',
    model_failed: 'Dialog gescheitert',
    failed: 'Technische Störung',
    error: 'Technische Störung'
  },
  direction: {
    inbound: 'Eingehend',
    outbound: 'Ausgehend',
    browser: 'Browser'
  },
  fact: {
    started: 'Beginn',
    duration: 'Dauer',
    called: 'Gewählte Nummer',
    direction: 'Richtung',
    turns: 'Beiträge',
    ended: 'Ende'
  },
  call: {
    back: 'Zurück zu allen Anrufen',
    transcript: 'Gespräch',
    goesOn: 'Das Gespräch läuft',
    latest: 'Zu den letzten Worten',
    silentTitle: 'Es wurde nichts gesagt',
    silentText: 'Der Anruf endete, bevor jemand sprach.'
  },
  turn: {
    user: 'Anrufer',
    assistant: 'Assistent',
    human: 'Mitarbeiter',
    tool: 'Werkzeug',
    result: 'Ergebnis',
    refused: 'Abgelehnt',
    interrupted: 'Vom Anrufer unterbrochen'
  },
  tool: {
    get_available_slots: 'Freie Zeiten suchen',
    book_appointment: 'Termin buchen',
    reschedule_appointment: 'Termin verschieben',
    cancel_appointment: 'Termin absagen',
    list_my_appointments: 'Termine nachsehen',
    save_contact_name: 'Namen speichern',
    search_knowledge: 'Wissensbasis durchsuchen',
    get_business_hours: 'Öffnungszeiten nachsehen',
    capture_lead: 'Nachricht aufnehmen',
    transfer_call: 'Anruf weiterleiten',
    send_sms: 'SMS senden',
    end_call: 'Anruf beenden'
  },
  latency: {
    title: 'Antwortzeiten',
    median: 'Mittlere Antwortzeit',
    slowest: 'Langsamste',
    answeredIn: 'Beantwortet in'
  },
  stage: {
    endpoint: 'Sprechende',
    stt: 'Erkennung',
    llm: 'Dialog',
    tool: 'Werkzeuge',
    tts: 'Sprachausgabe',
    delivery: 'Übertragung'
  },
  appointments: {
    week: 'Woche',
    today: 'Heute',
    previous: 'Vorige Woche',
    next: 'Nächste Woche',
    noneTitle: 'Eine freie Woche',
    noneText: 'In dieser Woche ist nichts gebucht. Am Telefon vereinbarte Termine erscheinen hier.',
    earlier: 'Früher in dieser Woche ({n})',
    freeDay: 'Nichts gebucht.',
    service: 'Leistung',
    phone: 'Telefon',
    notes: 'Notizen',
    made: 'Gebucht am',
    openCall: 'Anruf öffnen, der ihn gebucht hat'
  },
  missing: {
    title: 'Diese Seite gibt es nicht',
    text: 'Vielleicht ist die Adresse falsch geschrieben oder die Seite ist umgezogen.',
    callTitle: 'Dieser Anruf ist nicht hier',
    callText: 'Er wurde vielleicht gelöscht oder gehört zu einem anderen Konto.',
    back: 'Zu den Anrufen'
  }
}
