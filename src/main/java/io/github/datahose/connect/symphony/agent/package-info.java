// SPDX-License-Identifier: Apache-2.0
/** Requests to an agent: reads of a feed and health checks. Independent of the connection check. */
package io.github.datahose.connect.symphony.agent;
