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
 * One option: a line in the table of all of them.
 *
 * @param defaultValue {@link ConfigDef#NO_DEFAULT_VALUE} when required; null when it is worked out
 *     from other options
 * @param documentation with the unit, and with the default where the default value does not say it
 * @param recommended the values to offer; empty when any may be
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

  /** Most characters of a key, certificate, or trust store in an option; most bytes of its file. */
  public static final int LONGEST_STORE = 1_048_576;

  /** Most characters of all other options. */
  private static final int LONGEST = 65_536;

  private static final Set<String> STORES =
      Set.of(
          LoginOptions.PRIVATE_KEY,
          LoginOptions.CERTIFICATE_CONTENT,
          TlsOptions.TRUSTSTORE_CERTIFICATES);

  private static final Pattern VARIABLE = Pattern.compile("\\$\\{[^{}:]++:[^{}]*+}");

  /** What to check when a config provider supplies no value. */
  public static final String WHERE_TO_LOOK =
      "is the file in the provider's allowed.paths, the key in the file, the variable set for the"
          + " worker?";

  /** A group of options, in the order in which forms show them. */
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
   * The rest of a sentence about a value that nothing may look at, since looks at it may cost time;
   * null for any other one, and for none.
   */
  public static String tooLong(String name, String text) {
    int longest = STORES.contains(name) ? LONGEST_STORE : LONGEST;
    return text == null || text.length() <= longest
        ? null
        : "must have at most " + longest + " characters: shorten it, or leave it out";
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

  /** The same option under another name: an option of one feed. */
  public Option named(String otherName) {
    return new Option(
        otherName, type, defaultValue, importance, width, displayName, documentation, rule);
  }

  /** A blank text is what forms send for a field that nobody filled in: it is not given. */
  public boolean isGiven(Map<String, String> properties) {
    String text = properties.get(name);
    return text != null
        && !(text.isBlank() && (type == ConfigDef.Type.STRING || type == ConfigDef.Type.PASSWORD));
  }

  /**
   * Parses and checks what the properties hold. At most one error; a value with an error is never
   * answered, because it might be a secret.
   */
  public ConfigValue validate(Map<String, String> properties) {
    ConfigValue answer = new ConfigValue(name);
    answer.recommendedValues(List.copyOf(recommended));
    String tooLong = tooLong(name, properties.get(name));
    if (tooLong != null) {
      answer.addErrorMessage(name + " " + tooLong);
    } else if (properties.containsKey(name) && properties.get(name) == null) {
      answer.addErrorMessage(name + " is null: give it a value, or leave it out");
    } else if (isGiven(properties)) {
      parse(properties.get(name), answer);
    } else if (defaultValue == REQUIRED) {
      answer.addErrorMessage(name + " is required: set it. " + documentation);
    } else {
      answer.value(defaultValue);
    }
    return answer;
  }

  private void parse(String text, ConfigValue answer) {
    if (type != ConfigDef.Type.PASSWORD && mayBeSecret(text)) {
      answer.addErrorMessage(
          name
              + " holds what looks like a key or token, which is not repeated here: take it out."
              + " Private keys belong in symphony.private.key, or in a file that"
              + " symphony.private.key.path names; if it was stored anywhere, replace it");
      return;
    }
    if (holdsVariable(text)) {
      answer.addErrorMessage(
          name
              + " is still a variable: this worker has no config provider of that name"
              + " (config.providers; see worker-secrets.properties), or the provider found nothing: "
              + WHERE_TO_LOOK);
      return;
    }
    Object value;
    try {
      value =
          type == ConfigDef.Type.LIST ? Rule.split(text) : ConfigDef.parseType(name, text, type);
    } catch (ConfigException e) {
      // Not Kafka's own message, which repeats the value.
      answer.addErrorMessage(name + " must be " + kind() + ": correct it, or leave it out");
      return;
    }
    String wrong = rule.error().apply(value);
    if (wrong == null) {
      answer.value(value);
    } else {
      answer.addErrorMessage(name + " " + wrong);
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
   * Whether it holds a variable of a config provider, {@code ${provider:path:key}} or {@code
   * ${provider:key}}. A worker resolves these before a connector sees them, and leaves one as it is
   * when it has no such provider, or the provider no such key (Kafka's {@code ConfigTransformer}).
   * Only a whole password counts: one may well hold such characters.
   */
  private boolean holdsVariable(String text) {
    return type == ConfigDef.Type.PASSWORD
        ? VARIABLE.matcher(text.strip()).matches()
        : VARIABLE.matcher(text).find();
  }

  private String kind() {
    return type == ConfigDef.Type.BOOLEAN ? "true or false" : "a whole number, " + rule.meaning();
  }

  /** Offers the same values whatever else is set. */
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
