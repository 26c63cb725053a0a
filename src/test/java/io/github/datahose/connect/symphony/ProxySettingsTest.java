// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProxySettingsTest {

  @ParameterizedTest
  @CsvSource({
    "agent.example.com, agent.example.com, true",
    "AGENT.Example.com, agent.example.com, true",
    "agent.example.com, agent.example.com.evil.test, false",
    "agent.example.com, my-agent.example.com, false",
    "*.example.com, agent.example.com, true",
    "*.example.com, a.b.example.com, true",
    "*.example.com, example.com, false",
    "*example.com, example.com, true",
    "*.example.com, agent.example.com.evil.test, false",
    "agent*, agent-7.example.com, true",
    "agent*, my-agent.example.com, false",
    "agent*.example.com, agent-7.example.com, true",
    "agent*.example.com, agent.example.com, true",
    "a*b*c, abc, true",
    "a*b*c, a-b-b-c, true",
    "a*b*c, acb, false",
    "a*bc*bc, abc, false",
    "ab*ba, aba, false",
    "10.*, 10.1.2.3, true",
    "10.*, 110.1.2.3, false",
    "*, anything.at.all, true",
    "**, anything.at.all, true",
    "::1, ::1, true",
    "fe80:*, fe80::17, true"
  })
  void matchesAnyCharactersOnlyByStar(String pattern, String host, boolean direct) {
    assertThat(settings(pattern).isFor(host)).isEqualTo(!direct);
    assertThat(settings("x.test", pattern, "y.test").isFor(host)).isEqualTo(!direct);
  }

  @Test
  void usesProxyForAllHostsWithoutExclusions() {
    assertThat(settings().isFor("localhost")).isTrue();
  }

  @Test
  void matchesManyStarsInShortTime() {
    assertThat(settings("a*".repeat(100) + "b").isFor("a".repeat(250))).isTrue();
  }

  @Test
  @Tag("invariant-10")
  void invariant10PrintsSettingsWithoutLogin() {
    assertThat(settings()).hasToString("proxy.test:3128");
  }

  @Test
  void encodesLoginAsRfc7617InUtf8() {
    // Section 2.1 of it has this example.
    ProxySettings proxy = new ProxySettings("proxy.test", 3128, "test", "123£", List.of());
    assertThat(proxy.authorization()).isEqualTo("Basic dGVzdDoxMjPCow==");
    assertThat(new ProxySettings("proxy.test", 3128, null, null, List.of()).authorization())
        .isNull();
  }

  private static ProxySettings settings(String... exclude) {
    return new ProxySettings("proxy.test", 3128, "worker", "hunter2", List.of(exclude));
  }
}
