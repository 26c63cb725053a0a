// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The planned faults. For each path they apply in the order in which they were added. */
public final class Faults {

  private final Supplier<SimulatorOptions> options;
  private final Deque<Planned> plan = new ArrayDeque<>();

  private static final class Planned {
    final Fault fault;
    final Instant until;
    int left;

    Planned(Fault fault, Instant now) {
      this.fault = fault;
      this.until = fault.lasting() == null ? Instant.MAX : now.plus(fault.lasting());
      this.left = fault.times();
    }
  }

  /** Returns the response without faults. */
  interface Ordinary {
    Answer answer() throws InterruptedException;
  }

  Faults(Supplier<SimulatorOptions> options) {
    this.options = options;
  }

  /** Adds a fault after the planned ones. */
  public synchronized void add(Fault fault) {
    plan.addLast(new Planned(fault, options.get().clock.instant()));
  }

  /** Removes all planned faults. */
  public synchronized void clear() {
    plan.clear();
  }

  /** Returns whether any fault is still planned. */
  public synchronized boolean pending() {
    dropOver();
    return !plan.isEmpty();
  }

  Answer apply(RecordedRequest request, Ordinary ordinary) throws InterruptedException {
    Fault fault = next(request.path());
    if (fault == null) {
      return ordinary.answer();
    }
    request.outcome().faulted = true;
    TimeUnit.NANOSECONDS.sleep(fault.delay().toNanos());
    return switch (fault.kind()) {
      case ANSWER -> Answer.of(fault.status(), fault.headers(), fault.body());
      case TRUNCATED -> ordinary.answer().cutAfter(fault.bytes());
      case WITHOUT_ACK_ID -> withoutAckId(ordinary.answer());
      case CLOSED -> Answer.NONE;
      case LOST_ANSWER -> {
        ordinary.answer();
        yield Answer.NONE;
      }
      case DELAYED -> ordinary.answer();
    };
  }

  private synchronized Fault next(String path) {
    dropOver();
    for (Iterator<Planned> all = plan.iterator(); all.hasNext(); ) {
      Planned planned = all.next();
      if (planned.fault.path().equals(path)) {
        if (planned.left != Integer.MAX_VALUE && --planned.left == 0) {
          all.remove();
        }
        return planned.fault;
      }
    }
    return null;
  }

  private void dropOver() {
    Instant now = options.get().clock.instant();
    plan.removeIf(planned -> !now.isBefore(planned.until));
  }

  private static Answer withoutAckId(Answer answer) {
    JsonNode body = Json.parse(answer.body());
    if (body instanceof ObjectNode object) {
      object.remove("ackId");
    }
    return Answer.json(answer.status(), body);
  }
}
