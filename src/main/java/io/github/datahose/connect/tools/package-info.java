// SPDX-License-Identifier: Apache-2.0
/**
 * Commands for operators: the audit of the ledger, and the Doctor, which checks a configuration.
 * They know the identities of events, the checks of the configuration, and the calls to Symphony,
 * and nothing about delivery.
 */
package io.github.datahose.connect.tools;
