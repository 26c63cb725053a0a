// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config.option;

import io.github.datahose.connect.event.EventSchemas;
import java.util.List;
import java.util.Locale;

/** The event types and scopes of the Datahose, and their notation. */
public final class EventTypes {
  /** The default: the types that every agent since 22.7 accepts, sorted. */
  static final List<String> DOCUMENTED =
      EventSchemas.DATAHOSE_EVENT_TYPES.stream().sorted().toList();

  /** Supported since agent 25.8. */
  static final List<String> SCOPES = List.of("EXTERNAL", "FEDERATED", "INTERNAL");

  private EventTypes() {}

  /**
   * Returns the type in upper case, without the underscores that one example of the vendor wrongly
   * has.
   */
  static String normalize(String type) {
    return type.toUpperCase(Locale.ROOT).replace("_", "");
  }

  public static List<String> normalizeAll(List<String> types) {
    return types.stream().map(EventTypes::normalize).sorted().distinct().toList();
  }

  /** Returns whether the type has a schema. */
  public static boolean isKnown(String type) {
    return EventSchemas.EVENT_TYPES.contains(type);
  }

  public static List<String> scopes(List<String> scopes) {
    return scopes.stream()
        .map(scope -> scope.toUpperCase(Locale.ROOT))
        .sorted()
        .distinct()
        .toList();
  }
}
