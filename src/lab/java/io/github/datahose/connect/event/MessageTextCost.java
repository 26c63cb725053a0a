// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.event;

import com.sun.management.ThreadMXBean;
import io.github.datahose.connect.event.text.MessageTexts;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;

/**
 * Prints what {@code record.text} costs for an event on the reader's thread, beside the mapping of
 * the event: {@code docs/records.md} has its figures.
 */
public final class MessageTextCost {

  private static final int WARM_UP = 20_000;
  private static final int EVENTS = 50_000;
  private static final int ROUNDS = 5;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private MessageTextCost() {}

  public static void main(String[] arguments) {
    EventMapper mapper = new EventMapper();
    MessageTexts texts = new MessageTexts();
    System.out.println("| sample event | bytes | without: µs, bytes | with: µs, bytes |");
    System.out.println("| --- | ---: | ---: | ---: |");
    for (String name :
        List.of("messagesent.room", "messagesent.entityjson", "messagesent.long-10k")) {
      RawEvent event = Fixtures.event(name);
      Runnable without = () -> mapper.map(event);
      Runnable with = () -> texts.fill(mapper.map(event).struct());
      repeat(without, WARM_UP);
      repeat(with, WARM_UP);
      System.out.printf(
          Locale.ROOT,
          "| `%s` | %,d | %s | %s |%n",
          name,
          event.length(),
          best(without),
          best(with));
    }
  }

  /** The best of some rounds: CPU time and allocated bytes for an event. */
  private static String best(Runnable work) {
    double micros = Double.MAX_VALUE;
    long bytes = Long.MAX_VALUE;
    for (int round = 0; round < ROUNDS; round++) {
      long nanosBefore = THREADS.getCurrentThreadCpuTime();
      long bytesBefore = THREADS.getCurrentThreadAllocatedBytes();
      repeat(work, EVENTS);
      bytes = Math.min(bytes, (THREADS.getCurrentThreadAllocatedBytes() - bytesBefore) / EVENTS);
      micros = Math.min(micros, (THREADS.getCurrentThreadCpuTime() - nanosBefore) / 1e3 / EVENTS);
    }
    return String.format(Locale.ROOT, "%.1f, %,d", micros, bytes);
  }

  private static void repeat(Runnable work, int times) {
    for (int i = 0; i < times; i++) {
      work.run();
    }
  }
}
