// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.storm;

import java.util.function.Predicate;

/**
 * A topic of a scenario.
 *
 * @param topic its name, {@code ${name}} in it stands for the connector's
 * @param belongs which events belong there; all others of the scenario do not
 */
record Destination(String topic, Predicate<Seen> belongs) {}
