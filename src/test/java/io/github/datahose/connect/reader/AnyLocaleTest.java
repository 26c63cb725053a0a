// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.reader;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.connect.monitor.FeedMBean;
import io.github.datahose.connect.monitor.FeedMetrics;
import io.github.datahose.connect.monitor.HealthLog;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** Names and log lines that programs read are the same where numbers have digits of their own. */
@Isolated("It changes the locale of the whole JVM.")
class AnyLocaleTest {

  private final Locale before = Locale.getDefault();
  private final ManualClock clock = new ManualClock();
  private final FeedMetrics metrics = new FeedMetrics(clock);

  @BeforeEach
  void useArabicDigits() {
    Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
    assertThat("%d".formatted(1)).isNotEqualTo("1");
  }

  @AfterEach
  void restore() {
    Locale.setDefault(before);
  }

  @Test
  void keepsNamesOfMetrics() throws Exception {
    try (FeedMBean bean = new FeedMBean(metrics, "kafka", "0", "locale", 1)) {
      assertThat(bean.getAttribute("state")).isEqualTo("STARTING");
      assertThat(
              ManagementFactory.getPlatformMBeanServer()
                  .isRegistered(
                      new ObjectName(
                          "io.github.datahose.connect:type=feed-metrics,connector=kafka,task=0,"
                              + "feed=locale,reader=1")))
          .isTrue();
    }
  }

  @Test
  void keepsFormOfHealthLines() {
    metrics.goodRead(0);
    try (CapturedLog log = new CapturedLog()) {
      new HealthLog("Reader 0", clock, metrics).started(List.of(), "bot", true);
      assertThat(log.text())
          .contains("[reads=1 events=0 records=0 duplicates=0 failures=0 agent=]");
    }
  }
}
