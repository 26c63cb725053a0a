// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.monitoring;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.awaitility.core.ConditionTimeoutException;

/**
 * One fault from its beginning to its end: causes it, waits until everything in its table row is
 * observed, fixes it, and waits for recovery. The finding lists what was seen.
 */
final class FaultTrial implements Callable<Finding> {
  /** Much more than the time-out of a read, which nothing shortens, and the rules take together. */
  private static final Duration SEEN = Duration.ofMinutes(4);

  /** More than the minute that an alert looks back, with seconds in place of minutes. */
  private static final Duration WELL = Duration.ofSeconds(120);

  /** More than any alert for a connector takes, with seconds in place of minutes. */
  private static final Duration TIME_FOR_AN_ALERT = Duration.ofSeconds(25);

  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final String NOT_SEEN = "NOT SEEN: ";

  private final FaultRow row;
  private final FaultyConnector connector;
  private final ConnectorWatch watch;
  private final List<String> seen = new ArrayList<>();
  private boolean ok = true;
  private long begun = System.nanoTime();

  /** Tries a fault at a connector that was created for it. */
  FaultTrial(FaultRow row, FaultyConnector connector, ConnectorWatch watch) {
    this.row = row;
    this.connector = connector;
    this.watch = watch;
  }

  @Override
  public Finding call() {
    try {
      if (!row.script().fromTheStart()) {
        await("reads of " + row.name()).atMost(SEEN).until(() -> watch.isWell(connector));
      }
      // The counters of a connector that met the fault at once began with 0.
      double before = row.script().fromTheStart() ? 0 : watch.value(row);
      begun = System.nanoTime();
      row.script().begin().accept(connector);
      // The words are enough: a whole line would make each row of the report a thousand wide.
      see("log", row.log(), () -> connector.logged(row.log()).isEmpty() ? "" : row.log());
      see("metric", row.metric(), () -> watch.moved(row, before));
      seeAlerts();
      see("state", row.state() + " " + row.trace(), this::state);
      row.script().mend().accept(connector);
      connector.restartIfFailed();
      connector.produce();
      see("well again", "all of it", this::wellAgain);
    } catch (RuntimeException e) {
      seen.add(e.toString());
      ok = false;
    }
    return new Finding("fault", row.name(), ok, String.join("; ", seen));
  }

  private void seeAlerts() {
    if (!row.alerts().isEmpty()) {
      see("alert", String.join(", ", row.alerts()), this::fired);
      return;
    }
    // That none comes can only be waited for.
    await().atMost(SEEN).until(() -> secondsSinceBegin() > TIME_FOR_AN_ALERT.toSeconds());
    String fired = fired();
    seen.add("alert: " + (fired.isEmpty() ? "none" : "NOT EXPECTED: " + fired));
    ok &= fired.isEmpty();
  }

  /** Waits for something that is told by a text, which is empty as long as it is not there. */
  private void see(String what, String expected, Supplier<String> look) {
    if (expected.isBlank()) {
      return;
    }
    try {
      String told =
          await(expected)
              .atMost(what.equals("well again") ? WELL : SEEN)
              .pollDelay(Duration.ZERO)
              .pollInterval(INTERVAL)
              .until(look::get, text -> !text.isEmpty());
      seen.add(what + ": " + told);
    } catch (ConditionTimeoutException e) {
      seen.add(what + ": " + NOT_SEEN + expected);
      ok = false;
    }
  }

  private String fired() {
    Set<String> fired = watch.fired(row, secondsSinceBegin());
    return fired.containsAll(row.alerts()) ? String.join(", ", fired) : "";
  }

  private long secondsSinceBegin() {
    return 1 + Duration.ofNanos(System.nanoTime() - begun).toSeconds();
  }

  /** What REST says, when it says what it should. */
  private String state() {
    String state = connector.task().path("state").asText();
    String trace = connector.task().path("trace").asText().lines().findFirst().orElse("");
    return state.equals(row.state()) && trace.contains(row.trace())
        ? (state + " " + row.trace()).strip()
        : "";
  }

  private String wellAgain() {
    boolean well = connector.isAllAcknowledged() && watch.isWell(connector);
    return well && watch.alerts(connector).isEmpty() ? "yes" : "";
  }
}
