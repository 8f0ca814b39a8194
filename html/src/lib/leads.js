// SPDX-License-Identifier: BSD-2-Clause
/** How far one has come with a lead, in this order. */
export const LEAD_STATUSES = ['new', 'contacted', 'qualified', 'closed']
