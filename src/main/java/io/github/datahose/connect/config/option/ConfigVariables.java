// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config.option;

import java.util.regex.Pattern;

/**
 * Variables of config providers, {@code ${provider:path:key}} or {@code ${provider:key}}. A worker
 * puts the value in their place before a connector sees them, and leaves one as it stands when it
 * has no such provider, or when that knows no such key (Kafka's {@code ConfigTransformer}).
 */
public final class ConfigVariables {
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{[^{}:]++:[^{}]*+}");

  /** What a provider that answers without a value is asked about. */
  public static final String WHERE_TO_LOOK =
      "is the file in the provider's allowed.paths, the key in the file, the variable set for the"
          + " worker?";

  /** The rest of a sentence that begins with an option's name. */
  static final String LEFT =
      "is still a variable: this worker has no config provider of that name (config.providers; see"
          + " worker-secrets.properties), or the provider found nothing: "
          + WHERE_TO_LOOK;

  private ConfigVariables() {}

  /** Whether the text is such a variable and nothing else; a password may well hold one. */
  static boolean isOne(String text) {
    return VARIABLE.matcher(text.strip()).matches();
  }

  static boolean isIn(String text) {
    return VARIABLE.matcher(text).find();
  }
}
