// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config.option;

import io.github.datahose.connect.text.Printable;
import java.util.function.Function;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/**
 * What a value must be. Unlike Kafka's own validators its message says what to do next, and never
 * repeats the value.
 *
 * @param meaning what is allowed, for generated documentation
 * @param fault answers what is wrong with a value that is given, as the rest of a sentence that
 *     begins with the option's name; null when nothing is
 * @param certificates whether it is PEM text of certificates, with remarks around them
 */
public record Rule(String meaning, Function<Object, String> fault, boolean certificates)
    implements ConfigDef.Validator {

  Rule(String meaning, Function<Object, String> fault) {
    this(meaning, fault, false);
  }

  @Override
  public void ensureValid(String name, Object value) {
    String wrong = value == null || value.equals("") ? null : fault.apply(value);
    if (wrong != null) {
      throw new ConfigException(Printable.line(name + " " + wrong));
    }
  }

  @Override
  public String toString() {
    return meaning;
  }
}
