// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

import java.time.Duration;

/**
 * How long the client waits for Symphony's servers.
 *
 * @param connect longest time to connect
 * @param read longest time without a byte of an answer; must exceed the agent's long poll
 * @param call longest time of a whole call: a body that drips, a byte at a time, never meets the
 *     read time-out
 */
public record Timeouts(Duration connect, Duration read, Duration call) {}
