// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.storm;

import io.github.datahose.simulator.Fault;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** What goes wrong at a pod; each kind heals within some seconds. */
final class Trouble {
  private static final int AT_ONCE = 3;

  private Trouble() {}

  /** Draws some faults, which may be of one kind. */
  static List<Fault> draw(Random random) {
    int times = 1 + random.nextInt(6);
    List<Fault> faults =
        List.of(
            Fault.lostAnswer(),
            Fault.lostAnswer().times(times),
            Fault.status(503).times(times),
            Fault.status(429).header("Retry-After", "1"),
            Fault.delayed(Duration.ofMillis(random.nextInt(1_500))),
            Fault.truncated(300 + random.nextInt(5_000)),
            Fault.closed().times(times),
            Fault.withoutAckId(),
            Fault.htmlPage());
    return random.ints(AT_ONCE, 0, faults.size()).mapToObj(faults::get).toList();
  }
}
