// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import java.util.List;
import java.util.Locale;

/** The event types and scopes that the Datahose knows, and how they are written. */
final class EventTypes {
  /**
   * The values that the API documents for {@code eventTypes}, sorted (finos/symphony-api-spec,
   * agent-api-public.yaml, 25.8.1).
   */
  static final List<String> DOCUMENTED =
      List.of(
          "CONNECTIONACCEPTED",
          "CONNECTIONREQUESTED",
          "INSTANTMESSAGECREATED",
          "MESSAGESENT",
          "MESSAGESUPPRESSED",
          "ROOMCREATED",
          "ROOMDEACTIVATED",
          "ROOMMEMBERDEMOTEDFROMOWNER",
          "ROOMMEMBERPROMOTEDTOOWNER",
          "ROOMREACTIVATED",
          "ROOMUPDATED",
          "SHAREDPOST",
          "SYMPHONYELEMENTSACTION",
          "USERJOINEDROOM",
          "USERLEFTROOM",
          "USERREQUESTEDTOJOINROOM");

  /** Since agent 25.8 (same source). */
  static final List<String> SCOPES = List.of("EXTERNAL", "FEDERATED", "INTERNAL");

  private EventTypes() {}

  /** Upper case, without the underscores that one example of the vendor's wrongly has. */
  static String normalise(String type) {
    return type.toUpperCase(Locale.ROOT).replace("_", "");
  }

  static List<String> normaliseAll(List<String> types) {
    return types.stream().map(EventTypes::normalise).sorted().distinct().toList();
  }

  static List<String> scopes(List<String> scopes) {
    return scopes.stream()
        .map(scope -> scope.toUpperCase(Locale.ROOT))
        .sorted()
        .distinct()
        .toList();
  }
}
