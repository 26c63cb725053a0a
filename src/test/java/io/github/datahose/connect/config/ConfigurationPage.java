// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import io.github.datahose.connect.config.option.FeedOptions;
import io.github.datahose.connect.config.option.FeedOptions.FeedOption;
import io.github.datahose.documents.Markdown;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;

/** The options in {@code docs/configuration.md}, generated from their definitions. */
final class ConfigurationPage {
  static final String ONE_FEED = "One feed";

  private static final String DEFAULT = " Default: ";

  /** A word without the punctuation around it. */
  private static final Pattern WORD = Pattern.compile("(\\(?)(.*?)([.,;:)]*)");

  private static final Pattern CODE =
      Pattern.compile(".*[<>{=\\\\*/].*|\\.?[a-z]+(\\.[a-z]+)+|\\.[a-z]+(\\.[a-z]+)*");

  private final Map<String, List<ConfigKey>> groups = new LinkedHashMap<>();

  ConfigurationPage() {
    add(DatahoseConfig.definition());
    ConfigDef oneFeed = new ConfigDef();
    for (FeedOption each : FeedOptions.ALL) {
      each.option()
          .named(FeedOptions.ofFeed("<name>", each.name()))
          .define(oneFeed, ONE_FEED, oneFeed.names().size());
    }
    add(oneFeed);
  }

  private void add(ConfigDef definition) {
    definition.configKeys().values().stream()
        .sorted(Comparator.comparingInt(option -> option.orderInGroup))
        .forEach(
            option -> groups.computeIfAbsent(option.group, g -> new ArrayList<>()).add(option));
  }

  /** Returns the names of the options in the order of the page. */
  List<String> names() {
    return options().map(option -> option.name).toList();
  }

  /** Returns a list of all options, each with a link to its section. */
  String contents() {
    return ofEachGroup("- **[%1$s](#%2$s)**: %3$s", "\n", option -> link(option.name), ", ");
  }

  /** Returns all options by group. */
  String text() {
    return ofEachGroup("## %1$s\n\n%3$s", "\n\n", this::section, "\n\n");
  }

  private String ofEachGroup(
      String format, String between, Function<ConfigKey, String> option, String betweenOptions) {
    return groups.entrySet().stream()
        .map(
            group ->
                format.formatted(
                    group.getKey(),
                    Markdown.anchor(group.getKey()),
                    group.getValue().stream()
                        .map(option)
                        .collect(Collectors.joining(betweenOptions))))
        .collect(Collectors.joining(between));
  }

  private String section(ConfigKey option) {
    String text = option.documentation;
    String otherwise = "none, it is required";
    int at = text.indexOf(DEFAULT);
    if (at >= 0) {
      otherwise = defaultOf(option, text.substring(at + DEFAULT.length()).replaceFirst("\\.$", ""));
      text = text.substring(0, at);
    } else {
      text = text.replaceFirst(" Required\\.$", "");
    }
    return """
        ### %s

        %s

        - Type: %s
        - Default: %s
        - Valid values: %s
        - Importance: %s"""
        .formatted(
            Markdown.code(option.name),
            withValues(option, marked(option, text)),
            type(option),
            otherwise,
            validValues(option),
            option.importance.name().toLowerCase(Locale.ROOT));
  }

  /** The text with a value that it explains ("none: no key") as code. */
  private static String withValues(ConfigKey option, String text) {
    if (option.recommender == null) {
      return text;
    }
    String values =
        option.recommender.validValues(option.name, Map.of()).stream()
            .map(value -> Pattern.quote(value.toString()))
            .collect(Collectors.joining("|"));
    return text.replaceAll("(?<![`\\w])(" + values + "): ", "`$1`: ");
  }

  private String defaultOf(ConfigKey option, String told) {
    String value = ConfigDef.convertToString(option.defaultValue, option.type);
    return told.equals(value)
        ? Stream.of(value.split(",")).map(Markdown::code).collect(Collectors.joining(", "))
        : marked(option, told);
  }

  private static String type(ConfigKey option) {
    return switch (option.type) {
      case LIST -> "list, separated by commas";
      case PASSWORD ->
          "password; Connect hides it in its log, but its REST API and config topic show the value:"
              + " [secrets](#secrets)";
      default -> option.type.name().toLowerCase(Locale.ROOT);
    };
  }

  private String validValues(ConfigKey option) {
    String meaning = option.validator.toString();
    if (option.recommender == null) {
      return marked(option, meaning);
    }
    String offered =
        option.recommender.validValues(option.name, Map.of()).stream()
            .map(value -> Markdown.code(value.toString()))
            .collect(Collectors.joining(", "));
    return option.type == ConfigDef.Type.LIST && !meaning.equals("INTERNAL, EXTERNAL, FEDERATED")
        ? marked(option, meaning) + "; known types: " + offered
        : offered + ", not case-sensitive";
  }

  /** Returns text with option names as links, and with code in code font. */
  private String marked(ConfigKey within, String text) {
    return Stream.of(text.split(" "))
        .map(word -> word(within, word))
        .collect(Collectors.joining(" "));
  }

  private String word(ConfigKey within, String word) {
    Matcher parts = WORD.matcher(word);
    if (!parts.matches()) {
      return Markdown.plain(word);
    }
    String core = parts.group(2);
    // "topic" is an option, too, but usually means a topic.
    if (core.contains(".") && options().anyMatch(option -> option.name.equals(core))) {
      String name = core.equals(within.name) ? Markdown.code(core) : link(core);
      return parts.group(1) + name + parts.group(3);
    }
    return CODE.matcher(core).matches()
        ? parts.group(1) + Markdown.code(core) + parts.group(3)
        : Markdown.plain(word);
  }

  private Stream<ConfigKey> options() {
    return groups.values().stream().flatMap(List::stream);
  }

  private static String link(String option) {
    return "[" + Markdown.code(option) + "](#" + Markdown.anchor(option) + ")";
  }
}
