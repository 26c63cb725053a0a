// SPDX-License-Identifier: Apache-2.0
/**
 * Calls to an agent: the read of a feed and the agent's health. Knows nothing of the connection
 * check.
 */
package io.github.datahose.connect.symphony.agent;
