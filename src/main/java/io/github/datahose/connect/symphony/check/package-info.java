// SPDX-License-Identifier: Apache-2.0
/**
 * The connection check of validate: logs in, asks the agents' health, and says which option to fix.
 * Nothing of the running task uses it.
 */
package io.github.datahose.connect.symphony.check;
