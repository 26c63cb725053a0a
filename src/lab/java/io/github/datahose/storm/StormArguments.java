// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.storm;

import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;

/**
 * What a storm is told.
 *
 * @param kills in each mode, divided among the scenarios
 * @param seed decides the moments of the kills, the faults and the numbers
 * @param scenarios those to run
 */
record StormArguments(int kills, long seed, List<Scenario> scenarios) {
  private static final int USUAL_KILLS = 200;

  /**
   * Reads the system properties {@code kills}, {@code seed} and {@code scenario}.
   *
   * @throws IllegalArgumentException if one is not allowed; it says what is
   */
  static StormArguments of(Properties properties) {
    List<Scenario> scenarios = scenarios(properties.getProperty("scenario", ""));
    long kills = number(properties, "kills", USUAL_KILLS);
    if (kills < scenarios.size() || kills > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "-Dkills="
              + kills
              + " is not allowed: give one for each scenario at least, so "
              + scenarios.size()
              + " or more"
              + (scenarios.size() > 1 ? ", or choose one scenario by -Dscenario." : "."));
    }
    long seed = number(properties, "seed", System.currentTimeMillis());
    return new StormArguments((int) kills, seed, scenarios);
  }

  /** How to run the same again. */
  String command() {
    return "mvn -q -Pchaos verify -Dkills="
        + kills
        + " -Dseed="
        + seed
        + (scenarios.size() == 1 ? " -Dscenario=" + scenarios.get(0).name() : "");
  }

  private static List<Scenario> scenarios(String only) {
    List<Scenario> chosen =
        Scenario.all().stream().filter(each -> only.isEmpty() || each.name().equals(only)).toList();
    if (chosen.isEmpty()) {
      throw new IllegalArgumentException(
          "-Dscenario="
              + only
              + " is not allowed: give one of "
              + Scenario.all().stream().map(Scenario::name).collect(Collectors.joining(", "))
              + ", or none for all of them.");
    }
    return chosen;
  }

  private static long number(Properties properties, String name, long usual) {
    String given = properties.getProperty(name);
    try {
      return given == null ? usual : Long.parseLong(given);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "-D" + name + "=" + given + " is not allowed: give a whole number.", e);
    }
  }
}
