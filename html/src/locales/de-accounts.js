// SPDX-License-Identifier: BSD-2-Clause
/** Words of the pages about people: accounts, team, keys, administration. */
export default {
}
