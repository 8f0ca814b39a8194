// SPDX-License-Identifier: BSD-2-Clause
/** Words of the pages about a business: contacts, leads, what the receptionist is and knows. */
export default {
  contacts: {
    text: 'People who have called, and people who may.',
    noun: 'contact',
    name: 'Name',
    phone: 'Phone',
    notes: 'Notes',
    tags: 'Tags',
    tagsHint: 'Separated by commas.',
    blocked: 'Refuse calls',
    isBlocked: 'Blocked',
    noneTitle: 'No contacts yet',
    noneText: 'Whoever calls appears here.',
    export: 'Export'
  }
}
