// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.storm;

import io.github.datahose.simulator.FeedSnapshot;
import io.github.datahose.simulator.LedgerSnapshot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The events that were in flight when a task ended: it had them from the feed, the pod had no
 * acknowledgement, and so they came to another task too. A task writes an event once, however often
 * the feed gives it that: so at least once an event may be in a topic as often as it came to
 * another task, and no more. Not thread-safe.
 *
 * <p>The tasks are told apart by their sessions at the pod. Where the pod itself ends sessions, a
 * task has several, and the kills tell: between two of them only one task lives there.
 */
final class InFlight {
  private final boolean byKills;
  private final List<Integer> answersAtKills = new ArrayList<>();

  /**
   * Begins.
   *
   * @param byKills whether kills tell the tasks apart, rather than sessions
   */
  InFlight(boolean byKills) {
    this.byKills = byKills;
  }

  /** Notes that the task is dead: what the pod answers from now on goes to another one. */
  void killed(LedgerSnapshot totals) {
    answersAtKills.add(totals.feeds().get(0).answers());
  }

  /**
   * Counts.
   *
   * @param ledger complete
   * @return by messageId, how often such an event came to another task; none that never did
   */
  Map<String, Integer> count(LedgerSnapshot ledger) {
    Map<String, Integer> counts = new HashMap<>();
    for (FeedSnapshot feed : ledger.feeds()) {
      List<Set<Integer>> tasks = new ArrayList<>();
      for (int i = 0; i < feed.messageIds().length; i++) {
        tasks.add(new HashSet<>());
      }
      for (int answer = 0; answer < feed.answers(); answer++) {
        int task = byKills ? killsBefore(answer) : feed.answerSessions()[answer];
        for (int position : feed.answerEvents()[answer]) {
          tasks.get(position).add(task);
        }
      }
      for (int i = 0; i < tasks.size(); i++) {
        if (tasks.get(i).size() > 1) {
          counts.merge(feed.messageIds()[i], tasks.get(i).size() - 1, Integer::sum);
        }
      }
    }
    return counts;
  }

  private int killsBefore(int answer) {
    return (int) answersAtKills.stream().filter(answers -> answers <= answer).count();
  }
}
