// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config.option;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;

/**
 * One option of the connector.
 *
 * @param defaultValue {@link ConfigDef#NO_DEFAULT_VALUE} if the option is required; null if the
 *     default depends on other options
 * @param documentation with the unit, and with the default if the default value does not show it
 * @param recommended the values to offer; empty if there is no list
 */
public record Option(
    String name,
    ConfigDef.Type type,
    Object defaultValue,
    Importance importance,
    Width width,
    String displayName,
    String documentation,
    Rule rule,
    List<String> recommended) {

  static final Object REQUIRED = ConfigDef.NO_DEFAULT_VALUE;

  /**
   * Maximum characters of a key, certificate, or trust store in an option, and bytes of its file.
   */
  public static final int LONGEST_STORE = 1_048_576;

  /** Maximum characters of every other option. */
  private static final int LONGEST = 65_536;

  private static final Set<String> STORES =
      Set.of(
          LoginOptions.PRIVATE_KEY,
          LoginOptions.CERTIFICATE_CONTENT,
          TlsOptions.TRUSTSTORE_CERTIFICATES);

  private static final Pattern VARIABLE = Pattern.compile("\\$\\{[^{}:]++:[^{}]*+}");

  /** What to check if a config provider supplies no value. */
  public static final String WHERE_TO_LOOK =
      "allowed.paths, the key in the file, and the worker's environment.";

  /** A group of options, in the order in which forms display them. */
  public record Group(String name, List<Option> options) {}

  Option(
      String name,
      ConfigDef.Type type,
      Object defaultValue,
      Importance importance,
      Width width,
      String displayName,
      String documentation,
      Rule rule) {
    this(name, type, defaultValue, importance, width, displayName, documentation, rule, List.of());
  }

  /**
   * Returns the rest of a sentence about a value that is too long to check, because checks take
   * time; null for any other value, and for none.
   */
  public static String tooLong(String name, String text) {
    int longest = STORES.contains(name) ? LONGEST_STORE : LONGEST;
    return text == null || text.length() <= longest
        ? null
        : "must have at most " + longest + " characters. Shorten it, or remove the option.";
  }

  public void define(ConfigDef definition, String group, int order) {
    definition.define(
        name,
        type,
        defaultValue,
        rule,
        importance,
        fullDocumentation(),
        group,
        order,
        width,
        displayName,
        recommended.isEmpty() ? null : new Offer(List.copyOf(recommended)));
  }

  private String fullDocumentation() {
    if (defaultValue == REQUIRED) {
      return documentation + " Required.";
    }
    return documentation.contains("Default: ")
        ? documentation
        : documentation + " Default: " + ConfigDef.convertToString(defaultValue, type) + ".";
  }

  /** Returns the same option under another name, for a single feed. */
  public Option named(String otherName) {
    return new Option(
        otherName, type, defaultValue, importance, width, displayName, documentation, rule);
  }

  /** Returns whether the option is set. Blank text is not: forms send it for an empty field. */
  public boolean isGiven(Map<String, String> properties) {
    String text = properties.get(name);
    return text != null
        && !(text.isBlank() && (type == ConfigDef.Type.STRING || type == ConfigDef.Type.PASSWORD));
  }

  /**
   * Parses and checks the option's property. Reports at most one error, and never returns a value
   * with an error, because it might be a secret.
   */
  public ConfigValue validate(Map<String, String> properties) {
    ConfigValue result = new ConfigValue(name);
    result.recommendedValues(List.copyOf(recommended));
    String tooLong = tooLong(name, properties.get(name));
    if (tooLong != null) {
      result.addErrorMessage(name + " " + tooLong);
    } else if (properties.containsKey(name) && properties.get(name) == null) {
      result.addErrorMessage(name + " is null. Set a value, or remove the option.");
    } else if (isGiven(properties)) {
      parse(properties.get(name), result);
    } else if (defaultValue == REQUIRED) {
      result.addErrorMessage(name + " is required. Set it. " + documentation);
    } else {
      result.value(defaultValue);
    }
    return result;
  }

  private void parse(String text, ConfigValue result) {
    if (type != ConfigDef.Type.PASSWORD && mayBeSecret(text)) {
      result.addErrorMessage(
          name
              + " contains what looks like a key or token (not shown). Remove it. Put a"
              + " private key into symphony.private.key, or into a file that"
              + " symphony.private.key.path names. If the value was stored anywhere, replace"
              + " the key or token.");
      return;
    }
    if (holdsVariable(text)) {
      result.addErrorMessage(
          name
              + " contains an unresolved variable. Check config.providers (see"
              + " worker-secrets.properties), "
              + WHERE_TO_LOOK);
      return;
    }
    Object value;
    try {
      value =
          type == ConfigDef.Type.LIST ? Rule.split(text) : ConfigDef.parseType(name, text, type);
    } catch (ConfigException e) {
      // Kafka's own message repeats the value.
      result.addErrorMessage(name + " must be " + kind() + ". Correct it, or remove the option.");
      return;
    }
    String wrong = rule.error().apply(value);
    if (wrong == null) {
      result.value(value);
    } else {
      result.addErrorMessage(name + " " + wrong);
    }
  }

  private boolean mayBeSecret(String text) {
    String rest = Secrets.withoutCertificates(text);
    if (rule.pem()) {
      return Secrets.looksLikeKey(Secrets.withoutSessions(rest));
    }
    return Secrets.looksLikeKey(rest)
        || (type == ConfigDef.Type.STRING && rest.strip().lines().count() > 1);
  }

  /**
   * Returns whether the text contains a variable of a config provider, {@code ${provider:path:key}}
   * or {@code ${provider:key}}. A worker resolves variables before a connector sees them, and
   * leaves one unchanged if it has no such provider, or the provider no such key (Kafka's {@code
   * ConfigTransformer}). In a password, only a variable as the whole text counts, because a
   * password can contain such characters.
   */
  private boolean holdsVariable(String text) {
    return type == ConfigDef.Type.PASSWORD
        ? VARIABLE.matcher(text.strip()).matches()
        : VARIABLE.matcher(text).find();
  }

  private String kind() {
    return type == ConfigDef.Type.BOOLEAN ? "true or false" : "a whole number, " + rule.meaning();
  }

  /** A recommender that always offers the same values. */
  private record Offer(List<Object> values) implements ConfigDef.Recommender {
    @Override
    public List<Object> validValues(String name, Map<String, Object> parsed) {
      return values;
    }

    @Override
    public boolean visible(String name, Map<String, Object> parsed) {
      return true;
    }
  }
}
