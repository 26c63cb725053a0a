// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.simulator.Fault;
import io.github.datahose.simulator.ForwardProxy;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The rows of {@link FailureTableTest} that are a proxy's. */
@Timeout(60)
class ProxyFailuresTest {

  private static final Duration LONG = Duration.ofMinutes(10);

  private final FailureBench bench = new FailureBench();
  private final ForwardProxy proxy = ForwardProxy.start().requireLogin("worker", "hunter2");

  @BeforeEach
  void goThroughIt() {
    bench.properties.put("symphony.proxy.url", proxy.url());
    bench.properties.put("symphony.proxy.username", "worker");
    bench.properties.put("symphony.proxy.password", "hunter2");
  }

  @AfterEach
  void stop() {
    bench.close();
    proxy.close();
  }

  @Test
  void bringsEventsThroughAProxy() throws Exception {
    bench.startAndReadWell();
    bench.bringEvents();
    bench.assertNothingIsLostOrTwice();
    assertThat(proxy.asked()).hasSizeGreaterThanOrEqualTo(bench.simulator.requests().count());
  }

  @Test
  void invariant9EndsATaskThatNeverReadWellAfterTheGraceAndNamesTheOptions() throws Exception {
    bench.properties.put("symphony.proxy.password", "hunter3");
    bench.start();
    assertThat(bench.workUntilFailed())
        .hasMessageStartingWith("Reader 0 of feed all (tag played.all) cannot be read. ")
        .hasMessageContainingAll(
            "through the proxy 127.0.0.1:" + proxy.port(),
            "the proxy refused the login (407)",
            "Check symphony.proxy.username and symphony.proxy.password.");
    assertThat(bench.elapsed())
        .isBetween(Recovery.REFUSED_AT_MOST, Recovery.REFUSED_AT_MOST.plusSeconds(40));
    assertThat(bench.log()).doesNotContain("hunter");
    assertThat(proxy.asked()).as("an account may be locked after three").hasSize(2);
  }

  @Test
  void triesAPasswordThatIsRefusedAsSeldomWithManyReadersAsWithOne() throws Exception {
    bench.properties.put("symphony.proxy.password", "hunter3");
    bench.properties.put("datahose.feed.all.readers", "5");
    bench.start();
    assertThat(bench.workUntilFailed()).hasMessageContaining("the proxy refused the login (407)");
    assertThat(proxy.asked())
        .as("at 0 and 1 minutes, and at 3 if the clock moved while a reader worked")
        .hasSizeBetween(2, 3);
  }

  @Test
  void holdsBackAPasswordThatIsRefusedLaterOnAndReadsOnWhenItIsRightAgain() throws Exception {
    bench.startAndReadWell();
    proxy.requireLogin("worker", "another");
    int before = proxy.asked().size();
    bench.endLongPoll();
    bench.workUntil(() -> bench.elapsed().compareTo(Duration.ofMinutes(29)) > 0);
    assertThat(proxy.asked().size() - before).as("at 0, 1, 3, 7, 15 and 25 minutes").isEqualTo(6);
    proxy.requireLogin("worker", "hunter2");
    bench.awaitAllAcknowledged();
    bench.assertNothingIsLostOrTwice();
    assertThat(bench.elapsed()).isLessThan(Duration.ofMinutes(37));
    bench.bringEvents();
    bench.assertNothingIsLostOrTwice();
  }

  @Test
  void invariant9WaitsForAProxyThatRefusesTheLoginLaterOn() throws Exception {
    bench.startAndReadWell();
    proxy.requireLogin("worker", "another");
    bench.endLongPoll();
    bench.workUntil(() -> bench.elapsed().compareTo(LONG) > 0);
    proxy.requireLogin("worker", "hunter2");
    bench.awaitAllAcknowledged();
    bench.assertNothingIsLostOrTwice();
    assertThat(bench.log())
        .contains("the proxy refused the login (407)", "Failed reads in a row: 2")
        .doesNotContain("hunter");
  }

  @Test
  void invariant9WaitsForADeadProxy() throws Exception {
    bench.startAndReadWell();
    proxy.close();
    bench.workUntil(() -> bench.elapsed().compareTo(LONG) > 0);
    assertThat(bench.log()).contains("no connection", "Failed reads in a row: 2");
    assertThat(bench.worker().records()).hasSize(10);
  }

  @Test
  void invariant9EndsATaskWhoseServerTheProxyRefusesFromTheBeginning() throws Exception {
    proxy.refuseTunnels(403);
    bench.properties.put("symphony.agent.url", "https://agent.bank.test");
    bench.start();
    assertThat(bench.workUntilFailed())
        .hasMessageContainingAll(
            "agent.bank.test, through the proxy 127.0.0.1:" + proxy.port(),
            "the proxy refused a connection to that server, with 403",
            "or name it in symphony.proxy.exclude");
    assertThat(bench.elapsed())
        .isBetween(Recovery.REFUSED_AT_MOST, Recovery.REFUSED_AT_MOST.plusSeconds(40));
  }

  @Test
  void invariant9WaitsForAServerThatTheProxyCannotReach() throws Exception {
    proxy.refuseTunnels(502);
    bench.properties.put("symphony.agent.url", "https://agent.bank.test");
    bench.start();
    bench.workUntil(() -> bench.elapsed().compareTo(LONG) > 0);
    assertThat(bench.log()).contains("with 502. Failed reads in a row: 2");
  }

  @Test
  void leavesAnAgentThatTheProxyRefusesForOneThatWorks() throws Exception {
    proxy.refuseTunnels(403);
    bench.properties.put("symphony.agent.url", bench.simulator.url() + ",https://b.bank.test");
    bench.startAndReadWell();
    bench.simulator.faults().add(Fault.status(503));
    bench.endLongPoll();
    bench.awaitAllAcknowledged();
    bench.assertNothingIsLostOrTwice();
    assertThat(proxy.asked()).filteredOn(ForwardProxy.Asked::isTunnel).hasSize(1);
  }

  @Test
  void doesNotGoToAnotherAgentForALoginThatTheProxyRefuses() throws Exception {
    bench.properties.put("symphony.agent.url", bench.simulator.url() + ",http://other.bank.test");
    bench.startAndReadWell();
    proxy.requireLogin("worker", "another");
    bench.endLongPoll();
    bench.workUntil(() -> bench.log().contains("Failed reads in a row: 2"));
    assertThat(bench.log()).doesNotContain("It goes on from");
  }
}
