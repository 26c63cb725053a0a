// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import okhttp3.tls.HeldCertificate;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Values of the maximum length, or longer, that are designed to cost time. */
class HostileConfigTest {

  /** For these lengths, quadratic time is minutes, and linear time is tenths of a second. */
  private static final Duration FAR_LESS_THAN_A_SQUARE = Duration.ofSeconds(20);

  private static final int LONGEST = 65_536;
  private static final int LONGEST_STORE = 1_048_576;

  private static final List<String> STORES =
      List.of(
          "symphony.private.key",
          "symphony.certificate.content",
          "symphony.truststore.certificates");

  /** A hostile text of a given length. */
  private record Hostile(String name, IntFunction<String> text) {

    static Hostile repeated(String part) {
      return new Hostile(
          part.replace("\n", "\\n"), length -> part.repeat(length / part.length() + 1));
    }

    String ofLength(int length) {
      return text.apply(length).substring(0, length);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /** Each is repeated up to the length. Bars separate them. */
  private static final String REPEATED =
      ".|.a|A|a|-|/|0|A1b|aaaaaaaaA| |,|x |, |A,|\n|\\n|é|\0|{|${|${a|${a:|${a:}|a:b${|${type}"
          + "|eyJ|eyJa|eyJaaaaaaaaa|https://a,|http://a/../|http:// ,|[::1],|*.|*,|1:"
          + "|-----|-----BEGIN |-----BEGIN A-----|-----BEGIN A-----\n"
          + "|-----BEGIN A----------END B-----|-----BEGIN CERTIFICATE-----"
          + "|-----BEGIN CERTIFICATE-----A|-----END CERTIFICATE-----|Session-ID: |Session-ID: A"
          + "|-----BEGIN PRIVATE KEY-----MIIEvQIBADANBgkqhkiG9w0B|"
          + new HeldCertificate.Builder().build().certificatePem();

  static Stream<Hostile> hostileTexts() {
    return Stream.concat(
        Stream.of(REPEATED.split("\\|")).map(Hostile::repeated),
        Stream.of(
            new Hostile("path", length -> "/" + "a".repeat(length)),
            new Hostile("blanks within", length -> "x" + " ".repeat(length) + "x"),
            new Hostile("blanks before the end", length -> " ".repeat(length - 1) + "x"),
            new Hostile("name without an end", length -> "-----BEGIN " + "A".repeat(length)),
            new Hostile("different types", HostileConfigTest::types),
            new Hostile("letters of a host", HostileConfigTest::differentLetters),
            new Hostile("accents of a host", length -> "https://a" + "\u0301\u0323".repeat(length)),
            new Hostile("nested DER", length -> nested("MIAw", length)),
            new Hostile(
                "nested certificate",
                length -> pem("CERTIFICATE", nested("MIAwgDCAMIAwgDCA", length))),
            new Hostile(
                "nested key", length -> pem("PRIVATE KEY", nested("MIAwgDCAMIAwgDCA", length)))));
  }

  /** Punycode needs time for the length of a host name times its different letters. */
  private static String differentLetters(int length) {
    return "https://"
        + IntStream.range(0, length)
            .mapToObj(number -> String.valueOf((char) (0x4e00 + number % 20_000)))
            .collect(Collectors.joining());
  }

  private static String nested(String base64, int length) {
    return base64.repeat(length / base64.length());
  }

  private static String pem(String name, String base64) {
    String begin = "-----BEGIN " + name + "-----";
    String end = "-----END " + name + "-----";
    return begin + base64.substring(begin.length() + end.length() + 4 & ~3) + end + "    ";
  }

  /** As many different event types as fit. */
  private static String types(int length) {
    return IntStream.range(0, length / 5 + 1)
        .mapToObj(
            number ->
                IntStream.of(17_576, 676, 26, 1)
                    .mapToObj(place -> String.valueOf((char) ('A' + number / place % 26)))
                    .collect(Collectors.joining()))
        .collect(Collectors.joining(","));
  }

  private static List<String> options() {
    return Stream.concat(
            Given.options(),
            Stream.of(
                "name",
                "datahose.task.feeds",
                "symphony.unknown",
                "record.unknown",
                "heartbeat.x",
                "ledger.x",
                "datahose.feed.all.unknown"))
        .toList();
  }

  private static int longest(String option) {
    return STORES.contains(option) ? LONGEST_STORE : LONGEST;
  }

  @ParameterizedTest
  @MethodSource("hostileTexts")
  @Tag("invariant-12")
  void invariant12ValidatesLongestTextInLinearTime(Hostile hostile) {
    Map<String, String> all = new HashMap<>();
    String text = hostile.ofLength(LONGEST);
    options().forEach(option -> all.put(option, text));
    STORES.forEach(option -> all.put(option, hostile.ofLength(LONGEST_STORE)));
    Map<String, String> certificate = new HashMap<>(all);
    certificate.put("symphony.auth.type", "CERTIFICATE");
    certificate.put("symphony.certificate.password", "hunter2");
    certificate.put("symphony.truststore.path", "");
    certificate.put("symphony.private.key", "");
    certificate.put("symphony.private.key.path", "");
    Map<String, String> rsa = Given.valid();
    STORES.forEach(option -> rsa.put(option, all.get(option)));
    rsa.remove("symphony.certificate.content");
    assertTimeoutPreemptively(
        FAR_LESS_THAN_A_SQUARE,
        () -> {
          for (Map<String, String> properties : List.of(all, certificate, rsa)) {
            assertThat(Given.faults(properties)).isNotEmpty();
            DatahoseConfig.supportsExactlyOnce(properties);
          }
        });
  }

  @ParameterizedTest
  @MethodSource("hostileTexts")
  @Tag("invariant-12")
  void invariant12ParsesLongestTextInLinearTime(Hostile hostile) {
    ConfigDef definition = DatahoseConfig.definition();
    String text = hostile.ofLength(LONGEST_STORE);
    Map<String, String> all = new HashMap<>();
    definition.names().forEach(option -> all.put(option, text.substring(0, longest(option))));
    assertTimeoutPreemptively(
        FAR_LESS_THAN_A_SQUARE,
        () -> {
          assertThat(definition.validate(all)).hasSize(definition.names().size());
          for (String option : definition.names()) {
            Map<String, String> properties = Given.valid(option, all.get(option));
            Throwable thrown = catchThrowable(() -> definition.parse(properties));
            assertThat(thrown == null || thrown instanceof ConfigException).isTrue();
          }
        });
  }

  @Test
  @Tag("invariant-12")
  void invariant12RejectsLongerTextInDefinition() {
    ConfigDef definition = DatahoseConfig.definition();
    for (String option : definition.names()) {
      Map<String, String> properties = Given.valid(option, " ".repeat(longest(option) + 1));
      assertThatThrownBy(() -> definition.parse(properties))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining(option + " must have at most");
      assertThat(definition.validate(properties))
          .filteredOn(answer -> answer.name().equals(option))
          .flatExtracting(ConfigValue::errorMessages)
          .singleElement()
          .asString()
          .startsWith(option + " must have at most");
    }
  }

  @Test
  @Tag("invariant-12")
  void invariant12ReportsErrorOnOptionWhenTextIsTooLong() {
    for (String option : options()) {
      for (String text : List.of("a", " ", "-----BEGIN A-----", "0")) {
        int length = longest(option) + 1;
        Map<String, String> properties =
            Given.valid(option, Hostile.repeated(text).ofLength(length));
        assertThat(Given.onlyFault(properties, option))
            .contains("at most " + longest(option) + " characters")
            .hasSizeLessThan(300);
      }
    }
  }

  @Test
  @Tag("invariant-12")
  void invariant12AcceptsLongOptionsOfOthers() {
    Given.assertValid(
        Given.valid(
            "transforms.x.script",
            "x".repeat(2_000_000),
            "producer.override.acks",
            "all" + " ".repeat(2_000_000)));
  }

  @Test
  @Tag("invariant-12")
  void invariant12ValidatesManyOptionsInLinearTime() {
    Map<String, String> properties = Given.valid("datahose.feeds", types(LONGEST - 10));
    for (int number = 0; number < 100_000; number++) {
      properties.put("datahose.feed.x" + number + ".topic", "t");
      properties.put("datahose.x" + number, "t");
    }
    assertTimeoutPreemptively(
        FAR_LESS_THAN_A_SQUARE, () -> assertThat(Given.faults(properties)).isNotEmpty());
  }

  @Test
  @Tag("invariant-12")
  void invariant12ComparesFeedsWithManyTypesInLinearTime() {
    Map<String, String> properties = Given.valid("datahose.feeds", "a,b,c,d,e");
    List<String> types = Arrays.asList(types(LONGEST * 5 - 50).split(","));
    for (int feed = 0; feed < 5; feed++) {
      int each = types.size() / 5;
      properties.put(
          "datahose.feed." + (char) ('a' + feed) + ".event.types",
          String.join(",", types.subList(feed * each, (feed + 1) * each)));
    }
    properties.put("topic", "${type}".repeat(20));
    properties.put("heartbeat.topic", "h");
    properties.put("ledger.topic", "l");
    properties.put("exactly.once.support", "required");
    assertTimeoutPreemptively(
        FAR_LESS_THAN_A_SQUARE, () -> assertThat(Given.faults(properties)).isEmpty());
  }

  @Test
  @Tag("invariant-12")
  void invariant12ReportsEachOptionOnceWhenAllAreTooLong() {
    Map<String, String> properties = new HashMap<>();
    options().forEach(option -> properties.put(option, ".".repeat(longest(option) + 1)));
    assertThat(Given.faults(properties))
        .hasSize(options().size())
        .allSatisfy(fault -> assertThat(fault.errorMessages()).hasSize(1))
        .extracting(ConfigValue::name)
        .containsExactlyInAnyOrderElementsOf(options());
  }

  @Test
  @Tag("invariant-12")
  void invariant12ValidatesStoreOfMaximumLength() {
    String base64 = Base64.getMimeEncoder().encodeToString(new byte[700_000]);
    String key = "-----BEGIN PRIVATE KEY-----\n" + base64 + "\n-----END PRIVATE KEY-----\n";
    assertThat(Given.answer(Given.valid("symphony.private.key", key), "symphony.private.key"))
        .extracting(answer -> answer.errorMessages().get(0))
        .asString()
        .contains("contains no readable RSA private key");
  }
}
