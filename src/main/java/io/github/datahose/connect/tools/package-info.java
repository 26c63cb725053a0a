// SPDX-License-Identifier: Apache-2.0
/**
 * What an operator runs by hand, beside the connector: the audit of its ledger. Knows the events'
 * identities, and nothing of how they are read or delivered.
 */
package io.github.datahose.connect.tools;
