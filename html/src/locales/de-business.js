// SPDX-License-Identifier: BSD-2-Clause
/** Words of the pages about a business: contacts, leads, what the receptionist is and knows. */
export default {
  contacts: {
    text: 'Wer angerufen hat, und wer es tun könnte.',
    noun: 'Kontakt',
    name: 'Name',
    phone: 'Telefon',
    notes: 'Notizen',
    tags: 'Stichworte',
    tagsHint: 'Durch Kommas getrennt.',
    blocked: 'Anrufe abweisen',
    isBlocked: 'Gesperrt',
    noneTitle: 'Noch keine Kontakte',
    noneText: 'Wer anruft, erscheint hier.',
    export: 'Ausgeben'
  }
}
