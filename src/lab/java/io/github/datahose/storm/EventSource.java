// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.storm;

import io.github.datahose.simulator.Simulator;
import io.github.datahose.storm.Scenario.Trait;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The events of a scenario. Among them are some of types that the connector did not subscribe to,
 * which must be nowhere. Confined to the thread of the {@link Production}; what is read besides is
 * read while that one pauses.
 */
final class EventSource implements Runnable {
  private static final String WRONG = "wrong-";
  private static final int TICKS_UNTIL_UNWANTED = 10;

  private final Simulator simulator;
  private final Scenario scenario;
  private final int rate;
  private Set<String> subscribed;
  private List<String> unwanted;
  private int ticks;
  private int wrong;
  private long unwantedEvents;

  /**
   * Prepares.
   *
   * @param rate events a second, besides those that are special
   */
  EventSource(Simulator simulator, Scenario scenario, int rate) {
    this.simulator = simulator;
    this.scenario = scenario;
    this.rate = rate;
  }

  /** Whether an event has a field of the wrong type. */
  static boolean isWrong(String messageId) {
    return messageId.startsWith(WRONG);
  }

  /** Makes those of a tick; the feed must be there. */
  @Override
  public void run() {
    if (subscribed == null) {
      subscribe();
    }
    simulator.produce(
        rate / Production.TICKS_A_SECOND,
        scenario.eventTypes().isEmpty() ? subscribed : scenario.eventTypes());
    if (scenario.has(Trait.WRONG_TYPES)) {
      simulator.produce(wrongEvent(++wrong));
    }
    if (++ticks % TICKS_UNTIL_UNWANTED == 0) {
      simulator.produce(1, unwanted);
      unwantedEvents++;
    }
  }

  /** How many it made of types that the connector did not subscribe to. */
  long unwantedEvents() {
    return unwantedEvents;
  }

  private void subscribe() {
    subscribed = Set.copyOf(simulator.ledger().totals().feeds().get(0).eventTypes());
    unwanted = new ArrayList<>(simulator.types());
    unwanted.removeAll(subscribed);
    if (unwanted.isEmpty()) {
      throw new IllegalStateException("the connector subscribed to all types");
    }
  }

  private static String wrongEvent(int number) {
    return """
        {"id":"w%1$d","messageId":"%3$s%1$d","timestamp":"yesterday","type":"MESSAGESENT",\
        "payload":{"messageSent":{"message":{"messageId":"%3$s%1$d","attachments":"none",\
        "stream":{"streamId":"stream%2$d","streamType":"ROOM"}}}}}"""
        .formatted(number, number % 7, WRONG);
  }
}
