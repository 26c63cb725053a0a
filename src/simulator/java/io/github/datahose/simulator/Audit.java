// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The comparison of a topic with the simulator's ledger. {@code produced - lost + duplicated +
 * unknown == records in the topic}.
 *
 * @param produced number of events added to the feeds; an event in two feeds counts twice
 * @param inKafka number of known records, including duplicates
 * @param acknowledged number of events acknowledged to the simulator
 * @param lost number of events that are missing in the topic
 * @param duplicated number of duplicate records
 * @param outOfOrder number of adjacent records of one key that are in reverse order compared with
 *     the array of a response, and in no response in the order of the topic
 * @param unknown number of records that were in no feed
 * @param lostMessageIds the first lost message IDs
 */
public record Audit(
    long produced,
    long inKafka,
    long acknowledged,
    long lost,
    long duplicated,
    long outOfOrder,
    long unknown,
    List<String> lostMessageIds) {

  private static final int SAMPLES = 10;

  /**
   * A record of the topic.
   *
   * @param key the key; null for none, and then the record has no order
   * @param messageId the envelope's messageId; null if the event has none
   */
  public record Entry(String key, String messageId) {}

  /**
   * Compares a topic with a ledger.
   *
   * @param ledger a complete snapshot, possibly of one tag
   * @param topic all records, those of each partition in their order
   */
  public static Audit of(LedgerSnapshot ledger, List<Entry> topic) {
    Map<String, Integer> numbers = new HashMap<>();
    List<String> messageIds = new ArrayList<>();
    for (FeedSnapshot feed : ledger.feeds()) {
      for (String messageId : feed.messageIds()) {
        if (numbers.putIfAbsent(messageId, messageIds.size()) == null) {
          messageIds.add(messageId);
        }
      }
    }
    int[] missing = new int[messageIds.size()];
    for (FeedSnapshot feed : ledger.feeds()) {
      for (String messageId : feed.messageIds()) {
        missing[numbers.get(messageId)]++;
      }
    }
    long unknown = 0;
    for (Entry entry : topic) {
      Integer number = numbers.get(entry.messageId());
      if (number == null) {
        unknown++;
      } else {
        missing[number]--;
      }
    }
    long lost = 0;
    long duplicated = 0;
    List<String> samples = new ArrayList<>();
    for (int number = 0; number < missing.length; number++) {
      lost += Math.max(0, missing[number]);
      duplicated += Math.max(0, -missing[number]);
      if (missing[number] > 0 && samples.size() < SAMPLES) {
        samples.add(messageIds.get(number));
      }
    }
    return new Audit(
        ledger.expected(),
        topic.size() - unknown,
        ledger.acknowledged(),
        lost,
        duplicated,
        new DeliveryOrder(ledger, numbers).violations(topic),
        unknown,
        samples);
  }

  /** Returns whether each event is in the topic once, in order, and was acknowledged. */
  public boolean ok() {
    return lost == 0
        && duplicated == 0
        && outOfOrder == 0
        && unknown == 0
        && acknowledged == produced;
  }

  /** The responses that contained each event, with its position. */
  private static final class DeliveryOrder {

    private final Map<String, Integer> numbers;

    /** A list of pairs for each event: number of the response, position in its array. */
    private final int[][] places;

    DeliveryOrder(LedgerSnapshot ledger, Map<String, Integer> numbers) {
      this.numbers = numbers;
      int[] sizes = new int[numbers.size()];
      for (FeedSnapshot feed : ledger.feeds()) {
        for (int[] answer : feed.answerEvents()) {
          for (int position : answer) {
            sizes[numbers.get(feed.messageIds()[position])] += 2;
          }
        }
      }
      places = new int[sizes.length][];
      int answers = 0;
      for (FeedSnapshot feed : ledger.feeds()) {
        for (int[] answer : feed.answerEvents()) {
          for (int place = 0; place < answer.length; place++) {
            int number = numbers.get(feed.messageIds()[answer[place]]);
            if (places[number] == null) {
              places[number] = new int[sizes[number]];
            }
            sizes[number] -= 2;
            places[number][sizes[number]] = answers;
            places[number][sizes[number] + 1] = place;
          }
          answers++;
        }
      }
    }

    /**
     * Returns the number of adjacent records of one key in reverse order compared with a response.
     */
    long violations(List<Entry> topic) {
      long violations = 0;
      Map<String, Integer> previousOfKey = new HashMap<>();
      for (Entry entry : topic) {
        Integer number = numbers.get(entry.messageId());
        if (entry.key() != null && number != null) {
          Integer previous = previousOfKey.put(entry.key(), number);
          if (previous != null && reversed(previous, number)) {
            violations++;
          }
        }
      }
      return violations;
    }

    private boolean reversed(int first, int second) {
      int[] a = places[first];
      int[] b = places[second];
      boolean reversed = false;
      for (int i = 0; a != null && i < a.length; i += 2) {
        for (int j = 0; b != null && j < b.length; j += 2) {
          if (a[i] == b[j]) {
            if (a[i + 1] < b[j + 1]) {
              return false;
            }
            reversed |= a[i + 1] > b[j + 1];
          }
        }
      }
      return reversed;
    }
  }
}
