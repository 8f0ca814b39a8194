// SPDX-License-Identifier: BSD-2-Clause
import accounts from './en-accounts.js'
import business from './en-business.js'

export default {
  ...accounts,
  ...business,
  app: {
    name: 'FrontDesk',
    loading: 'Loading',
    close: 'Close',
    skip: 'Skip to the content',
    navigation: 'Main'
  },
  form: {
    optional: 'optional',
    needed: 'This is needed.',
    save: 'Save',
    create: 'Create',
    cancel: 'Cancel',
    delete: 'Delete',
    deleteOf: 'Delete {name}',
    deleteText: 'This cannot be taken back.',
    new: 'New {noun}',
    search: 'Search',
    noneFound: 'Nothing matches',
    more: 'Show more',
    actions: 'Actions',
    saved: 'Saved.'
  },
  group: {
    receptionist: 'Receptionist',
    business: 'Business',
    admin: 'Administration'
  },
  page: {
    contacts: 'Contacts',
    leads: 'Leads',
    agents: 'Receptionist',
    knowledge: 'Knowledge',
    hours: 'Hours and services',
    departments: 'Departments',
    client: 'Business',
    team: 'Team',
    'api-keys': 'API keys',
    audit: 'Audit log',
    'admin-users': 'Users',
    'admin-jobs': 'Jobs',
    more: 'More',
    profile: 'Your account',
    'new-client': 'New business',
    register: 'Sign up',
    'verify-email': 'Confirm your e-mail',
    'forgot-password': 'Forgotten password',
    'reset-password': 'New password',
    invitation: 'Invitation',
    login: 'Log in',
    calls: 'Calls',
    call: 'Call',
    appointments: 'Appointments',
    missing: 'Page not found'
  },
  login: {
    title: 'Welcome back',
    text: 'Log in to see who called, and why.',
    email: 'E-mail',
    password: 'Password',
    submit: 'Log in',
    busy: 'Logging in…',
    wait: 'Try again in {seconds} s',
    both: 'Please enter your e-mail and your password.',
    wrong: 'That e-mail and password do not match.',
    tooMany: 'Too many attempts. Please wait a moment.',
    away: 'The service is away for a moment. As soon as it answers, you are back where you were.',
    expired: 'Your session has ended. Log in to go on where you were.',
    foot: 'Self-hosted. Your calls stay on your own machine.'
  },
  scene: {
    status: 'On a call · 0:42',
    caller1: 'Hi, could I come in for a cleaning tomorrow morning?',
    desk1: 'Of course. I have nine or half past ten. Which one suits you?',
    caller2: 'Nine is perfect.',
    booked: 'Booked: cleaning, 9:00 AM',
    desk2: 'You are all set for nine. See you tomorrow!',
    motto: 'Every call answered.'
  },
  error: {
    offline: 'The server cannot be reached. Check your connection.',
    away: 'The service is away for a moment. Please try again shortly.',
    retry: 'Try again'
  },
  account: {
    menuOf: 'Account of {name}',
    theme: 'Appearance',
    system: 'System',
    light: 'Light',
    dark: 'Dark',
    language: 'Language',
    shortcuts: 'Single-key shortcuts',
    logout: 'Log out',
    role: { owner: 'Owner', admin: 'Administrator' }
  },
  clients: {
    selected: 'Client:',
    search: 'Find a client',
    noneFound: 'No client of that name.',
    live: '{n} live',
    noneTitle: 'No business here yet',
    noneText: 'As soon as a business is assigned to your account, its calls appear here.'
  },
  live: {
    title: 'Live now',
    none: 'Nobody is on the phone.',
    elsewhere: '{n} at another client | {n} at other clients',
    tag: 'Live',
    connecting: 'Connecting',
    live: 'Live',
    reconnecting: 'Reconnecting',
    paused: 'Paused',
    started: 'A call from {caller} to {client} has started.',
    ended: 'The call from {caller} to {client} has ended.'
  },
  calls: {
    of: '{client} · Times in {zone}',
    noConversation: 'No conversation',
    keys: 'to move through calls',
    caller: 'Caller',
    unknownCaller: 'Unknown caller',
    when: 'When',
    duration: 'Length',
    outcome: 'Outcome',
    summary: 'Summary',
    turns: 'Turns',
    search: 'Search this page',
    filter: 'Outcome',
    noneTitle: 'No calls yet',
    noneText: 'Dial {number} to hear how it answers. The call appears here while you speak.',
    noneFoundTitle: 'No call on this page matches',
    noneFoundText: 'Other words or another outcome may find it.',
    clearFilters: 'Clear filters'
  },
  kind: {
    all: 'All',
    completed: 'Completed',
    missed: 'Missed',
    failed: 'Failed'
  },
  pager: {
    label: 'Pages',
    range: '{from}–{to}',
    rangeOf: '{from}–{to} of {total}',
    newer: 'Newer',
    older: 'Older'
  },
  status: {
    ringing: 'Ringing',
    in_progress: 'In progress',
    completed: 'Completed',
    failed: 'Failed',
    no_answer: 'No answer',
    busy: 'Busy',
    canceled: 'Canceled',
    held: 'On hold',
    confirmed: 'Confirmed',
    no_show: 'No show'
  },
  state: {
    ringing: 'Ringing',
    in_progress: 'In conversation',
    greeting: 'Greeting',
    intent: 'Asking what is needed',
    faq: 'Answering a question',
    booking: 'Booking an appointment',
    transfer_attempt: 'Transferring',
    lead_capture: 'Taking a message',
    confirmation: 'Confirming',
    wrap_up: 'Saying goodbye',
    ended: 'Ending',
    connecting: 'Connecting',
    listening: 'Listening',
    thinking: 'Thinking',
    speaking: 'Speaking',
    yielding: 'Interrupted'
  },
  reason: {
    caller_hung_up: 'Caller hung up',
    caller_hangup: 'Caller hung up',
    hangup: 'Caller hung up',
    caller_silent: 'Nobody spoke',
    carrier_completed: 'Caller hung up',
    carrier_canceled: 'Caller hung up',
    carrier_failed: 'Line failed',
    carrier_busy: 'Line busy',
    carrier_no_answer: 'Nobody answered',
    max_duration: 'Longest duration reached',
    too_long: 'Longest duration reached',
    no_balance: 'Balance used up',
    inactive: 'Client is switched off',
    blocked: 'Caller is blocked',
    owner_answered: 'Taken by the owner',
    owner_unavailable: 'Owner did not answer',
    transferred: 'Transferred',
    recognizer_failed: 'Recognition failed',
    model_failed: 'Dialogue failed',
    failed: 'Technical problem',
    error: 'Technical problem'
  },
  direction: {
    inbound: 'Inbound',
    outbound: 'Outbound',
    browser: 'Browser'
  },
  fact: {
    started: 'Started',
    duration: 'Length',
    called: 'Number called',
    direction: 'Direction',
    turns: 'Turns',
    ended: 'Ended'
  },
  call: {
    back: 'Back to all calls',
    transcript: 'Transcript',
    goesOn: 'The conversation goes on',
    latest: 'Latest words',
    silentTitle: 'Nothing was said',
    silentText: 'The call ended before anybody spoke.'
  },
  turn: {
    user: 'Caller',
    assistant: 'Assistant',
    human: 'Team member',
    tool: 'Tool',
    result: 'Result',
    refused: 'Refused',
    interrupted: 'Interrupted by the caller'
  },
  tool: {
    get_available_slots: 'Find free times',
    book_appointment: 'Book appointment',
    reschedule_appointment: 'Move appointment',
    cancel_appointment: 'Cancel appointment',
    list_my_appointments: 'Look up appointments',
    save_contact_name: 'Save name',
    search_knowledge: 'Search knowledge base',
    get_business_hours: 'Look up opening hours',
    capture_lead: 'Take a message',
    transfer_call: 'Transfer call',
    send_sms: 'Send text message',
    end_call: 'End call'
  },
  latency: {
    title: 'Response times',
    median: 'Median response',
    slowest: 'Slowest',
    answeredIn: 'Answered in'
  },
  stage: {
    endpoint: 'End of speech',
    stt: 'Recognition',
    llm: 'Dialogue',
    tool: 'Tools',
    tts: 'Speech',
    delivery: 'Delivery'
  },
  appointments: {
    week: 'Week',
    today: 'Today',
    previous: 'Previous week',
    next: 'Next week',
    noneTitle: 'A free week',
    noneText: 'Nothing is booked in this week. Appointments made on the phone appear here.',
    earlier: 'Earlier this week ({n})',
    freeDay: 'Nothing booked.',
    service: 'Service',
    phone: 'Phone',
    notes: 'Notes',
    made: 'Booked on',
    openCall: 'Open the call that booked it'
  },
  missing: {
    title: 'This page does not exist',
    text: 'The address may have a typing error, or the page has moved.',
    callTitle: 'This call is not here',
    callText: 'It may have been deleted, or it belongs to another account.',
    back: 'Go to the calls'
  }
}
