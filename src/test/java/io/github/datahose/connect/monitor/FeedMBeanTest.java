// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.datahose.connect.monitor.FeedMetrics.Metric;
import io.github.datahose.connect.reader.ManualClock;
import io.github.datahose.connect.symphony.FailureKind;
import io.github.datahose.connect.symphony.SymphonyCall;
import io.github.datahose.connect.symphony.SymphonyException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import javax.management.Attribute;
import javax.management.AttributeNotFoundException;
import javax.management.Descriptor;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The metrics of a reader over JMX. {@link MetricsDocsTest} tests names and descriptions. */
@Timeout(120)
class FeedMBeanTest {

  /** Written by hand, so that a change of the code alone does not change a public name. */
  private static final String NAMES =
      """
      reads-total empty-reads-total keepalive-reads-total events-total bytes-total
      records-total batches-confirmed-total acks-total ack-refusals-total duplicates-total
      unmapped-total quarantined-total oversize-total settled-without-metadata-total
      identities-forgotten-total possible-gaps-total logins-total agent-changes-total
      read-failures-total read-failures-unauthorized-total read-failures-forbidden-total
      read-failures-throttled-total read-failures-refused-total read-failures-server-total
      read-failures-network-total read-failures-malformed-total seconds-since-good-read
      seconds-since-event seconds-since-ledger-record batch-in-flight-age-seconds
      batch-in-flight-records event-lag-seconds consecutive-failures backoff-seconds
      late-identities state agent""";

  /** Each counter of failures: the kinds, with the status if it matters. */
  private static final String COUNTED =
      """
      unauthorized: UNAUTHORIZED KEY_MANAGER_TOKEN_MISSING CREDENTIALS_UNREADABLE UNAVAILABLE/401
      forbidden: FORBIDDEN NOT_SYMPHONY/403
      throttled: THROTTLED UNAVAILABLE/429 UNAVAILABLE/400/wish
      refused: BAD_REQUEST NOT_FOUND REFUSED UNAVAILABLE/400 UNAVAILABLE/408 NOT_SYMPHONY/302\
       NOT_SYMPHONY/404 PROXY_LOGIN PROXY_REFUSED PROXY_UNAVAILABLE/408 PROXY_UNAVAILABLE/499
      server: UNAVAILABLE/500 UNAVAILABLE/503 PROXY_UNAVAILABLE/500 PROXY_UNAVAILABLE/502
      network: CREDENTIALS_TIMEOUT TIMEOUT UNKNOWN_HOST NO_NAME_SERVER UNREACHABLE\
       UNTRUSTED_CERTIFICATE INVALID_CERTIFICATE WRONG_HOST_NAME TLS CONNECTION_LOST NETWORK
      malformed: PAGE MALFORMED TOO_LARGE TOO_QUICK""";

  private static final MBeanServer SERVER = ManagementFactory.getPlatformMBeanServer();

  private final ManualClock clock = new ManualClock();
  private final FeedMetrics metrics = new FeedMetrics(clock);
  private final ObjectName name = name("kafka", "0", "all", 0);
  private final FeedMBean bean = bean("kafka", "0", "all", 0);

  @AfterEach
  void close() {
    bean.close();
    assertThat(SERVER.isRegistered(name)).isFalse();
  }

  @Test
  void exposesAllMetricsReadOnly() throws Exception {
    MBeanAttributeInfo[] attributes = SERVER.getMBeanInfo(name).getAttributes();
    assertThat(attributes)
        .extracting(MBeanAttributeInfo::getName)
        .containsExactly(NAMES.split("\\s"));
    assertThat(attributes).allMatch(each -> each.isReadable() && !each.isWritable());
    assertThat(attributes)
        .extracting(MBeanAttributeInfo::getDescription)
        .doesNotHaveDuplicates()
        .allMatch(description -> description.matches("[A-Z].* .*\\."));
    for (MBeanAttributeInfo each : attributes) {
      assertThat(SERVER.getAttribute(name, each.getName()).getClass().getName())
          .isEqualTo(each.getType());
    }
    String[] names = {"state", "reads-total", "no-such"};
    assertThat(SERVER.getAttributes(name, names).asList())
        .containsExactly(new Attribute("state", "STARTING"), new Attribute("reads-total", 0L));
    assertThatThrownBy(() -> SERVER.getAttribute(name, "no-such"))
        .isInstanceOf(AttributeNotFoundException.class);
    assertThatThrownBy(() -> SERVER.setAttribute(name, new Attribute("reads-total", 7L)))
        .isInstanceOf(AttributeNotFoundException.class);
    assertThat(bean.setAttributes(SERVER.getAttributes(name, names))).isEmpty();
  }

  @Test
  void exposesCurrentValues() throws Exception {
    metrics.agent("https://agent.example.test/");
    metrics.goodRead(1234);
    metrics.events(3, clock.epochMillis() - 4000);
    clock.advance(Duration.ofSeconds(2));
    assertThat(SERVER.getAttribute(name, "bytes-total")).isEqualTo(1234L);
    assertThat(SERVER.getAttribute(name, "seconds-since-good-read")).isEqualTo(2.0);
    assertThat(SERVER.getAttribute(name, "seconds-since-event")).isEqualTo(2.0);
    assertThat(SERVER.getAttribute(name, "event-lag-seconds")).isEqualTo(4.0);
    assertThat(SERVER.getAttribute(name, "agent")).isEqualTo("https://agent.example.test/");
  }

  @Test
  @Tag("invariant-13")
  void invariant13IncludesSuspendedTimeInAges() {
    metrics.goodRead(7);
    metrics.events(3, clock.epochMillis() - 4000);
    metrics.handedOver(3);
    metrics.ledgerConfirmed();
    clock.moveWallClock(Duration.ofHours(1));
    assertThat(metrics.secondsSinceGoodRead()).isEqualTo(3600.0);
    assertThat(metrics.secondsSinceEvent()).isEqualTo(3600.0);
    assertThat(metrics.secondsInFlight()).isEqualTo(3600.0);
    assertThat(metrics.secondsSinceLedgerRecord()).isEqualTo(3600.0);
    assertThat(metrics.eventLagSeconds()).as("at its arrival").isEqualTo(4.0);
    clock.moveWallClock(Duration.ofHours(-2));
    clock.advance(Duration.ofSeconds(5));
    assertThat(metrics.secondsSinceGoodRead()).isEqualTo(5.0);
  }

  @Test
  void keepsNewInstanceWhenOldInstanceCloses() throws Exception {
    FeedMetrics newer = new FeedMetrics(clock);
    newer.goodRead(7);
    try (FeedMBean young = new FeedMBean(newer, "kafka", "0", "all", 0)) {
      assertThat(SERVER.getAttribute(name, "reads-total")).isEqualTo(1L);
      bean.close();
      bean.close();
      assertThat(SERVER.getAttribute(name, "reads-total")).isEqualTo(1L);
      assertThat(young.getAttribute("reads-total")).isEqualTo(1L);
    }
  }

  @Test
  void keepsNewInstanceWhenOldInstanceClosesConcurrently() {
    ObjectName raced = name("kafka", "0", "raced", 0);
    FeedMBean young = bean("kafka", "0", "raced", 0);
    for (int round = 0; round < 3000; round++) {
      FeedMBean old = young;
      CyclicBarrier together = new CyclicBarrier(2);
      CompletableFuture<Void> ending =
          CompletableFuture.runAsync(
              () -> {
                meet(together);
                old.close();
              });
      meet(together);
      young = bean("kafka", "0", "raced", 0);
      ending.join();
      assertThat(SERVER.isRegistered(raced)).as("round %d", round).isTrue();
    }
    young.close();
    assertThat(SERVER.isRegistered(raced)).isFalse();
  }

  private static void meet(CyclicBarrier barrier) {
    try {
      barrier.await();
    } catch (InterruptedException | BrokenBarrierException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void describesKindAndUnitInJmxFields() throws Exception {
    Map<String, Descriptor> descriptors = new TreeMap<>();
    for (MBeanAttributeInfo each : SERVER.getMBeanInfo(name).getAttributes()) {
      descriptors.put(each.getName(), each.getDescriptor());
    }
    assertThat(descriptors.get("bytes-total").getFields())
        .containsExactlyInAnyOrder("metricType=counter", "units=bytes");
    assertThat(descriptors.get("backoff-seconds").getFields())
        .containsExactlyInAnyOrder("metricType=gauge", "units=seconds");
    assertThat(descriptors.get("state").getFields()).isEmpty();
    for (Metric metric : Metric.all()) {
      String attribute = metric.attribute();
      assertThat(metric.kind() == Metric.Kind.COUNTER)
          .as(attribute)
          .isEqualTo(attribute.endsWith("-total"));
      assertThat(attribute.endsWith("-seconds"))
          .as(attribute)
          .isEqualTo(metric.unit().equals("seconds") && !attribute.startsWith("seconds-"));
    }
  }

  @Test
  void countsFailureInTotalAndByKind() throws Exception {
    Set<FailureKind> counted = EnumSet.noneOf(FailureKind.class);
    int inARow = 0;
    for (String line : COUNTED.lines().toList()) {
      List<String> failures = List.of(line.split("[: ]+"));
      String counter = "read-failures-" + failures.get(0) + "-total";
      for (String each : failures.subList(1, failures.size())) {
        SymphonyException failure = failure(each.split("/"));
        metrics.failed(Counter.of(failure), ++inARow);
        counted.add(failure.kind());
      }
      assertThat(bean.getAttribute(counter)).as(counter).isEqualTo(failures.size() - 1L);
    }
    assertThat(counted).containsExactly(FailureKind.values());
    assertThat(bean.getAttribute("read-failures-total")).isEqualTo((long) inARow);
    assertThat(bean.getAttribute("consecutive-failures")).isEqualTo((long) inARow);
  }

  /** Creates a failure with a kind, a status, and a retry time. */
  private static SymphonyException failure(String... parts) {
    return new SymphonyException(
        SymphonyCall.READ,
        FailureKind.valueOf(parts[0]),
        "read failed",
        parts.length > 1 ? Integer.parseInt(parts[1]) : 0,
        parts.length > 2 ? Duration.ZERO : null);
  }

  @Test
  void exposesReadersFeedsTasksAndConnectorsTogether() throws Exception {
    try (FeedMBean reader = bean("kafka", "0", "all", 1);
        FeedMBean feed = bean("kafka", "0", "other", 0);
        FeedMBean task = bean("kafka", "1", "all", 0);
        FeedMBean other = bean("other", "0", "all", 0)) {
      assertThat(SERVER.queryNames(new ObjectName("io.github.datahose.connect:*"), null))
          .contains(
              name,
              name("kafka", "0", "all", 1),
              name("kafka", "0", "other", 0),
              name("kafka", "1", "all", 0),
              name("other", "0", "all", 0));
      bean.close();
      for (FeedMBean each : new FeedMBean[] {reader, feed, task, other}) {
        assertThat(each.getAttribute("state")).isEqualTo("STARTING");
      }
      assertThat(SERVER.isRegistered(name("other", "0", "all", 0))).isTrue();
    }
  }

  @Test
  void acceptsAnyConnectorName() throws Exception {
    try (FeedMBean odd = bean("a:b,c=\"d\"*?\n e", "0", "all", 0)) {
      assertThat(odd.getAttribute("state")).isEqualTo("STARTING");
      assertThat(SERVER.isRegistered(name("\"a:b,c=\\\"d\\\"\\*\\?\\n e\"", "0", "all", 0)))
          .isTrue();
    }
  }

  private FeedMBean bean(String connector, String task, String feed, int reader) {
    return new FeedMBean(metrics, connector, task, feed, reader);
  }

  private static ObjectName name(String connector, String task, String feed, int reader) {
    try {
      return new ObjectName(
          "io.github.datahose.connect:type=feed-metrics,connector=%s,task=%s,feed=%s,reader=%d"
              .formatted(connector, task, feed, reader));
    } catch (MalformedObjectNameException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
