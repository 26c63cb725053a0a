// SPDX-License-Identifier: Apache-2.0
/**
 * What an operator runs by hand, beside the connector: the audit of its ledger, and the Doctor of
 * its config. Knows the events' identities, the config's checks and the calls to Symphony, and
 * nothing of how events are delivered.
 */
package io.github.datahose.connect.tools;
