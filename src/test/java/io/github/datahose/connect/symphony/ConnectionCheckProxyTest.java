// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.connect.symphony.ConnectionFinding.Subject;
import io.github.datahose.simulator.ForwardProxy;
import io.github.datahose.simulator.Simulator;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The connection check through a proxy, which alone knows the servers. */
@Timeout(60)
class ConnectionCheckProxyTest {

  private final Simulator simulator = Simulator.start();
  private final ForwardProxy proxy = ForwardProxy.start();
  private final GivenSettings settings =
      GivenSettings.of("http://acme.symphony.test:" + simulator.port());

  @AfterEach
  void stop() {
    proxy.close();
    simulator.close();
  }

  @Test
  void tellsTheProxyAmongTheFacts() {
    proxy.requireLogin("worker", "hunter2");
    ConnectionReport report = check(proxy.port(), "worker", "hunter2");
    assertThat(report.findings()).isEmpty();
    assertThat(report.facts())
        .contains("pod acme.symphony.test:" + simulator.port())
        .endsWith("content export account (ceservice) UP, proxy 127.0.0.1:" + proxy.port() + ".");
  }

  @Test
  void invariant10FindsARefusedLoginOnceAndAsksWithItOnce() {
    proxy.requireLogin("worker", "hunter2");
    ConnectionReport report = check(proxy.port(), "worker", "hunter3");
    assertThat(definite(report, Subject.PROXY_LOGIN))
        .contains("through the proxy 127.0.0.1:" + proxy.port(), "407")
        .doesNotContain("hunter3");
    assertThat(proxy.asked()).as("no account is locked by a check").hasSize(1);
    assertThat(simulator.requests().count()).isZero();
  }

  @Test
  void findsThatALoginIsMissing() {
    proxy.requireLogin("worker", "hunter2");
    assertThat(definite(check(proxy.port(), null, null), Subject.PROXY_LOGIN))
        .contains("the proxy wants a login (407)");
  }

  @Test
  void stillAsksAnAgentThatIsReachedDirectly() {
    proxy.requireLogin("worker", "hunter2");
    settings.agents(simulator.url());
    definite(check(proxy.port(), null, null), Subject.PROXY_LOGIN);
    assertThat(simulator.requests().to("/agent/v3/health/extended").count()).isOne();
  }

  @Test
  void findsAnUnknownHostOfTheProxy() {
    assertThat(
            definite(
                check(new ProxySettings("nobody.invalid", 3128, null, null, List.of())),
                Subject.PROXY_URL))
        .contains("the proxy's host name is not known here");
  }

  @Test
  void takesAProxyThatIsAwayForSomethingThatMayHeal() {
    proxy.close();
    assertThat(check(proxy.port(), null, null).findings())
        .singleElement()
        .matches(finding -> !finding.definite())
        .extracting(ConnectionFinding::text)
        .asString()
        .contains("no connection");
  }

  @Test
  void takesAHostThatTheProxyDoesNotReachForSomethingThatMayHeal() {
    settings.agents("http://nobody.invalid");
    assertThat(check(proxy.port(), null, null).findings())
        .singleElement()
        .matches(finding -> !finding.definite() && finding.subject() == Subject.AGENT_URL);
  }

  private ConnectionReport check(int port, String username, String password) {
    return check(new ProxySettings("127.0.0.1", port, username, password, List.of("127.0.0.1")));
  }

  private ConnectionReport check(ProxySettings by) {
    return ConnectionCheck.run(settings.proxy(by).build(), Duration.ofSeconds(50));
  }

  private static String definite(ConnectionReport report, Subject subject) {
    assertThat(report.findings()).hasSize(1);
    ConnectionFinding finding = report.findings().get(0);
    assertThat(finding.subject()).isEqualTo(subject);
    assertThat(finding.definite()).isTrue();
    return finding.text();
  }
}
