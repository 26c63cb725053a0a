// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.storm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StormArgumentsTest {

  @Test
  void runsAllScenariosWithTwoHundredKillsUnlessTold() {
    StormArguments arguments = StormArguments.of(new Properties());
    assertThat(arguments.kills()).isEqualTo(200);
    assertThat(arguments.scenarios()).isEqualTo(Scenario.all());
  }

  @Test
  void theCommandHasAllThatWasGiven() {
    assertThat(arguments("kills=3 seed=-7 scenario=late-acks").command())
        .isEqualTo("mvn -q -Pchaos verify -Dkills=3 -Dseed=-7 -Dscenario=late-acks");
    assertThat(arguments("kills=30 seed=1").command())
        .isEqualTo("mvn -q -Pchaos verify -Dkills=30 -Dseed=1");
  }

  @Test
  void aKillForEachScenarioIsEnough() {
    assertThat(arguments("kills=1 scenario=plain").scenarios()).hasSize(1);
    assertThat(arguments("kills=" + Scenario.all().size()).kills()).isPositive();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "scenario=typo|give one of plain, stale-refused, dropping-smt",
        "kills=0 scenario=plain|so 1 or more.",
        "kills=-1 scenario=plain|so 1 or more.",
        "kills=9|so 10 or more, or choose one scenario by -Dscenario.",
        "kills=3000000000|-Dkills=3000000000 is not allowed",
        "kills=many|-Dkills=many is not allowed: give a whole number.",
        "seed=1.5|-Dseed=1.5 is not allowed: give a whole number."
      })
  void refusesWhatWouldProveNothingAndSaysWhatIsAllowed(String given, String sentence) {
    assertThatThrownBy(() -> arguments(given))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(sentence);
  }

  private static StormArguments arguments(String given) {
    Properties properties = new Properties();
    for (String each : given.split(" ")) {
      String[] pair = each.split("=");
      properties.put(pair[0], pair[1]);
    }
    return StormArguments.of(properties);
  }
}
