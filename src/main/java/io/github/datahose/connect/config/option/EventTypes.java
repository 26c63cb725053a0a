// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config.option;

import io.github.datahose.connect.event.EventSchemas;
import java.util.List;
import java.util.Locale;

/** The event types and scopes that the Datahose knows, and how they are written. */
public final class EventTypes {
  /** The default: what every agent since 22.7 takes, sorted. */
  static final List<String> DOCUMENTED =
      EventSchemas.DATAHOSE_EVENT_TYPES.stream().sorted().toList();

  /** Since agent 25.8 (same source). */
  static final List<String> SCOPES = List.of("EXTERNAL", "FEDERATED", "INTERNAL");

  private EventTypes() {}

  /** Upper case, without the underscores that one example of the vendor's wrongly has. */
  static String normalize(String type) {
    return type.toUpperCase(Locale.ROOT).replace("_", "");
  }

  public static List<String> normalizeAll(List<String> types) {
    return types.stream().map(EventTypes::normalize).sorted().distinct().toList();
  }

  /** Whether there is a schema for it. */
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
