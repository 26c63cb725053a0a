// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A topic held against the ledger. {@code produced - lost + duplicated + unknown == records in the
 * topic}.
 *
 * @param produced events that went into the feeds; one that went into two counts twice
 * @param inKafka records that are known, repeated ones included
 * @param acknowledged events that the simulator saw acknowledged
 * @param lost events that are missing in the topic
 * @param duplicated records too many
 * @param outOfOrder adjacent records of one key that stand the other way round than in an answer's
 *     array, and in no answer as in the topic
 * @param unknown records that no feed ever had
 * @param lostMessageIds the first few of the lost
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
   * @param key its key; null when it has none, it has no order then
   * @param messageId the envelope's messageId; null when the event had none
   */
  public record Entry(String key, String messageId) {}

  /**
   * Holds a topic against a ledger.
   *
   * @param ledger a complete snapshot, maybe of one tag
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

  /** Whether each event is in the topic once, in order, and was acknowledged. */
  public boolean ok() {
    return lost == 0
        && duplicated == 0
        && outOfOrder == 0
        && unknown == 0
        && acknowledged == produced;
  }

  /** In which answers each event stood, and where. */
  private static final class DeliveryOrder {

    private final Map<String, Integer> numbers;

    /** For each event a list of pairs: number of the answer, place in its array. */
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

    /** Adjacent records of one key that stand the other way round than in an answer. */
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
