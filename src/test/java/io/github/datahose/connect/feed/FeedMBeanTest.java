// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.feed;

import static io.github.datahose.connect.feed.ReaderUnderTest.message;
import static io.github.datahose.connect.feed.ReaderUnderTest.settleAll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.datahose.connect.symphony.FailureKind;
import io.github.datahose.connect.symphony.Failures;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import javax.management.Attribute;
import javax.management.AttributeNotFoundException;
import javax.management.Descriptor;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class FeedMBeanTest {

  private static final MBeanServer SERVER = ManagementFactory.getPlatformMBeanServer();

  private final ManualClock clock = new ManualClock();

  @Test
  void hasItsNameAndGivesItBack() throws Exception {
    ObjectName name = name("kafka", "3", "all", 2);
    try (FeedMBean bean = new FeedMBean(metrics(), "kafka", "3", "all", 2)) {
      assertThat(SERVER.isRegistered(name)).isTrue();
      bean.close();
      assertThat(SERVER.isRegistered(name)).isFalse();
    }
    assertThat(SERVER.isRegistered(name)).isFalse();
  }

  @Test
  void hasTheseAttributesAndCanOnlyBeRead() throws Exception {
    ObjectName name = name("kafka", "0", "all", 0);
    try (FeedMBean bean = new FeedMBean(metrics(), "kafka", "0", "all", 0)) {
      MBeanAttributeInfo[] attributes = SERVER.getMBeanInfo(name).getAttributes();
      assertThat(attributes)
          .extracting(MBeanAttributeInfo::getName)
          .containsExactlyInAnyOrder(
              "reads-total",
              "empty-reads-total",
              "keepalive-reads-total",
              "possible-gaps-total",
              "events-total",
              "bytes-total",
              "records-total",
              "batches-confirmed-total",
              "acks-total",
              "ack-refusals-total",
              "duplicates-total",
              "unmapped-total",
              "quarantined-total",
              "oversize-total",
              "settled-without-metadata-total",
              "identities-forgotten-total",
              "logins-total",
              "agent-changes-total",
              "read-failures-total",
              "read-failures-unauthorized-total",
              "read-failures-forbidden-total",
              "read-failures-throttled-total",
              "read-failures-refused-total",
              "read-failures-server-total",
              "read-failures-network-total",
              "read-failures-malformed-total",
              "seconds-since-good-read",
              "seconds-since-event",
              "batch-in-flight-age-seconds",
              "batch-in-flight-records",
              "event-lag-seconds",
              "consecutive-failures",
              "backoff-seconds",
              "late-identities",
              "state",
              "agent");
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
  }

  @Test
  void showsTheMetricsAsTheyAreNow() throws Exception {
    FeedMetrics metrics = metrics();
    ObjectName name = name("kafka", "0", "all", 0);
    try (FeedMBean bean = new FeedMBean(metrics, "kafka", "0", "all", 0)) {
      metrics.agent("https://agent.example.test/");
      metrics.goodRead(1234);
      metrics.events(3, clock.epochMillis() - 4000);
      clock.advance(Duration.ofSeconds(2));
      assertThat(bean.getAttribute("bytes-total")).isEqualTo(1234L);
      assertThat(SERVER.getAttribute(name, "seconds-since-good-read")).isEqualTo(2.0);
      assertThat(SERVER.getAttribute(name, "seconds-since-event")).isEqualTo(2.0);
      assertThat(SERVER.getAttribute(name, "event-lag-seconds")).isEqualTo(4.0);
      assertThat(SERVER.getAttribute(name, "agent")).isEqualTo("https://agent.example.test/");
    }
  }

  @Test
  void invariant13AgesCountTheTimeInWhichTheMachineWasSuspended() {
    FeedMetrics metrics = metrics();
    metrics.goodRead(7);
    metrics.events(3, clock.epochMillis() - 4000);
    metrics.handedOver(3);
    clock.moveWallClock(Duration.ofHours(1));
    assertThat(metrics.secondsSinceGoodRead()).isEqualTo(3600.0);
    assertThat(metrics.secondsSinceEvent()).isEqualTo(3600.0);
    assertThat(metrics.secondsInFlight()).isEqualTo(3600.0);
    assertThat(metrics.eventLagSeconds()).as("when it came").isEqualTo(4.0);
    clock.moveWallClock(Duration.ofHours(-2));
    clock.advance(Duration.ofSeconds(5));
    assertThat(metrics.secondsSinceGoodRead()).isEqualTo(5.0);
  }

  @Test
  void survivesAnOldInstanceWhichDoesNotTakeTheNewOnesNameAway() throws Exception {
    FeedMetrics newer = metrics();
    ObjectName name = name("kafka", "0", "all", 0);
    FeedMBean old = new FeedMBean(metrics(), "kafka", "0", "all", 0);
    try (FeedMBean young = new FeedMBean(newer, "kafka", "0", "all", 0)) {
      newer.goodRead(7);
      assertThat(SERVER.getAttribute(name, "reads-total")).isEqualTo(1L);
      old.close();
      old.close();
      assertThat(SERVER.getAttribute(name, "reads-total")).isEqualTo(1L);
      assertThat(young.getAttribute("reads-total")).isEqualTo(1L);
    }
    assertThat(SERVER.isRegistered(name)).isFalse();
  }

  @Test
  void anOldInstanceThatEndsJustNowDoesNotTakeTheNewOnesNameAway() throws Exception {
    ObjectName name = name("kafka", "0", "raced", 0);
    FeedMetrics metrics = metrics();
    FeedMBean bean = new FeedMBean(metrics, "kafka", "0", "raced", 0);
    for (int round = 0; round < 3000; round++) {
      FeedMBean old = bean;
      CyclicBarrier together = new CyclicBarrier(2);
      CompletableFuture<Void> ending =
          CompletableFuture.runAsync(
              () -> {
                meet(together);
                old.close();
              });
      meet(together);
      bean = new FeedMBean(metrics, "kafka", "0", "raced", 0);
      ending.join();
      assertThat(SERVER.isRegistered(name)).as("round %d", round).isTrue();
    }
    bean.close();
    assertThat(SERVER.isRegistered(name)).isFalse();
  }

  private static void meet(CyclicBarrier barrier) {
    try {
      barrier.await();
    } catch (InterruptedException | BrokenBarrierException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void tellsConsolesKindAndUnitInTheFieldsThatJmxHasForThem() throws Exception {
    ObjectName name = name("kafka", "0", "all", 0);
    try (FeedMBean bean = new FeedMBean(metrics(), "kafka", "0", "all", 0)) {
      Map<String, Descriptor> descriptors = new TreeMap<>();
      for (MBeanAttributeInfo each : SERVER.getMBeanInfo(name).getAttributes()) {
        descriptors.put(each.getName(), each.getDescriptor());
      }
      assertThat(bean.getMBeanInfo().getAttributes()).hasSize(descriptors.size());
      assertThat(descriptors.get("bytes-total").getFields())
          .containsExactlyInAnyOrder("metricType=counter", "units=bytes");
      assertThat(descriptors.get("backoff-seconds").getFields())
          .containsExactlyInAnyOrder("metricType=gauge", "units=seconds");
      assertThat(descriptors.get("state").getFields()).isEmpty();
      for (Metric metric : Metric.all()) {
        assertThat(metric.kind() == Metric.Kind.COUNTER)
            .as(metric.attribute())
            .isEqualTo(metric.attribute().endsWith("-total"));
        assertThat(metric.attribute().endsWith("-seconds"))
            .as(metric.attribute())
            .isEqualTo(
                metric.unit().equals("seconds") && !metric.attribute().startsWith("seconds-"));
      }
    }
  }

  @Test
  void countsEachFailureOnceInAllAndOnceByItsKind() {
    FeedMetrics metrics = metrics();
    int inARow = 0;
    for (FailureKind kind : FailureKind.values()) {
      for (int i = 0; i <= kind.ordinal(); i++) {
        metrics.failed(Counter.of(kind), ++inARow);
      }
    }
    for (FailureKind kind : FailureKind.values()) {
      String name = "read-failures-" + kind.name().toLowerCase(Locale.ROOT) + "-total";
      assertThat(MetricValues.of(metrics, name)).as(name).isEqualTo(kind.ordinal() + 1L);
    }
    assertThat(MetricValues.of(metrics, "read-failures-total")).isEqualTo((long) inARow);
    assertThat(MetricValues.of(metrics, "consecutive-failures")).isEqualTo((long) inARow);
  }

  @Test
  void showsReadersFeedsTasksAndConnectorsSideBySide() throws Exception {
    try (FeedMBean one = new FeedMBean(metrics(), "one", "0", "all", 0);
        FeedMBean reader = new FeedMBean(metrics(), "one", "0", "all", 1);
        FeedMBean feed = new FeedMBean(metrics(), "one", "0", "other", 0);
        FeedMBean task = new FeedMBean(metrics(), "one", "1", "all", 0);
        FeedMBean other = new FeedMBean(metrics(), "other", "0", "all", 0)) {
      assertThat(List.of(one, reader, feed, task, other)).hasSize(5);
      assertThat(SERVER.queryNames(new ObjectName("io.github.datahose.connect:*"), null))
          .contains(
              name("one", "0", "all", 0),
              name("one", "0", "all", 1),
              name("one", "0", "other", 0),
              name("one", "1", "all", 0),
              name("other", "0", "all", 0));
      one.close();
      assertThat(SERVER.isRegistered(name("other", "0", "all", 0))).isTrue();
    }
  }

  @Test
  void acceptsAnyNameOfAConnector() throws Exception {
    try (FeedMBean bean = new FeedMBean(metrics(), "a:b,c=\"d\"*?\n e", "0", "all", 0)) {
      assertThat(bean.getAttribute("state")).isEqualTo("STARTING");
      assertThat(
              SERVER.isRegistered(
                  new ObjectName(
                      "io.github.datahose.connect:type=feed-metrics,"
                          + "connector=\"a:b,c=\\\"d\\\"\\*\\?\\n e\",task=0,feed=all,reader=0")))
          .isTrue();
    }
  }

  @Test
  void countersNeverShrink() throws Exception {
    try (ReaderUnderTest reader = ReaderUnderTest.with().start()) {
      Map<String, Long> before = counters(reader);
      for (int round = 0; round < 3; round++) {
        reader.feed.answer("a" + round, message("m" + round), message("m0"), "7");
        settleAll(reader.poll());
        before = assertNotShrunk(before, counters(reader));
        reader.feed.fail(Failures.read(503));
        await().until(reader.clock::hasWaiter);
        before = assertNotShrunk(before, counters(reader));
        reader.clock.advance(Duration.ofMinutes(1));
      }
      assertThat(before)
          .containsEntry("events-total", 9L)
          .containsEntry("read-failures-server-total", 3L)
          .containsEntry("batches-confirmed-total", 3L);
    }
  }

  private static Map<String, Long> assertNotShrunk(Map<String, Long> old, Map<String, Long> now) {
    old.forEach((name, value) -> assertThat(now.get(name)).as(name).isGreaterThanOrEqualTo(value));
    return now;
  }

  private static Map<String, Long> counters(ReaderUnderTest reader) {
    Map<String, Long> counters = new TreeMap<>();
    for (Counter counter : Counter.values()) {
      counters.put(counter.attribute(), reader.counter(counter.attribute()));
    }
    return counters;
  }

  private FeedMetrics metrics() {
    return new FeedMetrics(clock);
  }

  private static ObjectName name(String connector, String task, String feed, int reader)
      throws Exception {
    return new ObjectName(
        "io.github.datahose.connect:type=feed-metrics,connector="
            + connector
            + ",task="
            + task
            + ",feed="
            + feed
            + ",reader="
            + reader);
  }
}
