// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.fuzz;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Spoils an answer in one to three of the ways in which proxies, load balancers, broken agents and
 * broken lines do it, or could. Where a client might wait for more than comes the connection ends,
 * so that each answer is judged at once. Not thread-safe.
 */
final class AnswerMutation {

  /**
   * A second answer that nobody asked for, and that a client may take for that to its next request.
   */
  static final String TWICE = "twice";

  /** One way. */
  interface Kind {
    void spoil(WireAnswer answer);
  }

  private final Spoiling spoiling;
  private final BodyMutations bodies;
  private final Map<String, Kind> kinds = new LinkedHashMap<>();

  AnswerMutation(Random random) {
    spoiling = new Spoiling(random);
    bodies = new BodyMutations(spoiling);
    kinds.putAll(new HeadMutations(spoiling).kinds());
    kinds.putAll(bodies.kinds());
    kinds.putAll(new WireMutations(spoiling).kinds());
  }

  /** The names of all ways. */
  List<String> kinds() {
    return List.copyOf(kinds.keySet());
  }

  /** A body that was right, and may come again later in the place of another. */
  void remember(byte[] body) {
    bodies.remember(body);
  }

  /** Spoils it, and tells how. */
  List<String> spoil(WireAnswer answer) {
    List<String> how = new ArrayList<>();
    for (int i = spoiling.pick(List.of(1, 1, 1, 1, 1, 2, 2, 3)); i > 0; i--) {
      String kind = spoiling.pick(kinds());
      kinds.get(kind).spoil(answer);
      how.add(kind);
    }
    return how;
  }
}
