// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.launch.ConnectRest;
import io.github.datahose.launch.ConnectRestException;
import io.github.datahose.simulator.SimulatorKeys;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Broken configurations, as the worker's REST interface refuses them. */
class RefusedConfigIT {
  private static LiveConnector sound;

  private final ConnectRest rest = ConnectCluster.shared().rest();

  @BeforeAll
  static void begin() {
    sound = new LiveConnector(ConnectCluster.shared(), "refused");
  }

  @AfterAll
  static void end() {
    sound.close();
  }

  @Test
  void theSoundOneThatTheOthersDifferFromIsAccepted() {
    assertThat(rest.validationErrors(sound.config())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "symphony.pod.url     | -                          | symphony.pod.url         | is required",
        "symphony.pod.url     | ftp://pod.test             | symphony.pod.url         | http",
        "symphony.agent.url   | https://me:word@agent.test | symphony.agent.url       | credentials",
        "symphony.private.key | -                          | symphony.private.key     | set one of them",
        "symphony.private.key.path | /no/such/file         | symphony.private.key.path | take one of them out",
        "symphony.read.timeout.ms | 20000                  | symphony.read.timeout.ms | at least 45000",
        "datahose.feeds       | a,b,c,d,e,f                | datahose.feeds           | fair-use policy",
        "datahose.feeds       | a,b                        | datahose.feeds           | would come twice",
        "datahose.feed.other.topic | t                     | datahose.feed.other.topic | other",
        "datahose.feed.all.readers | 6                     | datahose.feed.all.readers | 5",
        "datahose.dedup.window | many                      | datahose.dedup.window    | whole number",
        "topic                | two words                  | topic                    | topic",
        "topic                | x.${pod}                   | topic                    | placeholder",
        "record.value         | xml                        | record.value             | struct, json",
        "transaction.boundary | interval                   | transaction.boundary     | must not be interval",
        "producer.override.acks | 1                        | producer.override.acks   | must be all",
        "symphony.private.key | ${vault:symphony:key}      | symphony.private.key     | is still a variable",
        "datahose.task.feeds  | all                        | datahose.task.feeds      | take it out",
      })
  void aBrokenOptionIsRefusedWithTheMessageOnTheRightOption(
      String option, String value, String faulted, String message) {
    Map<String, String> config = new HashMap<>(sound.config());
    if (value == null) {
      config.remove(option);
    } else {
      config.put(option, value);
    }
    Map<String, List<String>> errors = rest.validationErrors(config);
    assertThat(errors).containsOnlyKeys(faulted);
    assertThat(errors.get(faulted)).singleElement().asString().contains(message);
    assertThatThrownBy(() -> rest.putConfig(sound.name(), config))
        .isInstanceOfSatisfying(
            ConnectRestException.class,
            e -> {
              assertThat(e.status()).isEqualTo(400);
              assertThat(e.body()).contains(message);
            });
    assertThat(rest.connectors()).doesNotContain(sound.name());
  }

  @ParameterizedTest
  @CsvSource({
    "symphony.private.key.path",
    "symphony.username",
    "symphony.pod.url",
    "datahose.tag",
    "topic",
    "datahose.max.response.bytes",
    "symphony.private.kye",
  })
  void invariant10AKeyInTheWrongPlaceIsInNoAnswer(String option) {
    String key = SimulatorKeys.privateKey();
    Map<String, String> config = new HashMap<>(sound.config());
    config.remove("symphony.private.key");
    config.put(option, key);
    assertThat(rest.validationErrors(config)).containsKey(option);
    String answer = rest.validate(config).toString();
    assertThatThrownBy(() -> rest.putConfig(sound.name(), config))
        .isInstanceOfSatisfying(
            ConnectRestException.class,
            e -> {
              assertThat(e.status()).isEqualTo(400);
              assertThat(key.lines().skip(1))
                  .noneMatch(line -> e.body().contains(line) || answer.contains(line));
            });
  }
}
