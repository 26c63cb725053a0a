// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.fuzz;

import io.github.datahose.connect.event.Fixtures;
import java.util.List;
import java.util.Map;

/** Parts of answers that no server should send; a character for each byte. */
final class Oddities {

  private static final Map<String, List<String>> LISTS = Fixtures.lists("oddities", "answers.json");

  private Oddities() {}

  /** The list of this name. */
  static List<String> of(String name) {
    return LISTS.get(name);
  }
}
