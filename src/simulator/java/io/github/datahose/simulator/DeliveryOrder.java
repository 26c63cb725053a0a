// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** In which answers each event stood, and where. */
final class DeliveryOrder {

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
  long violations(List<Audit.Entry> topic) {
    long violations = 0;
    Map<String, Integer> previousOfKey = new HashMap<>();
    for (Audit.Entry entry : topic) {
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
