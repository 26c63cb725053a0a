// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import io.github.datahose.connect.config.option.LoginOptions;
import io.github.datahose.connect.config.option.Option;
import io.github.datahose.connect.symphony.tls.RsaPrivateKeys;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import org.apache.kafka.common.config.types.Password;

/**
 * Where the service account's private key comes from: the text of an option, or a file that is read
 * anew at each login, so that a key can be replaced without a restart. Immutable; its text form
 * shows no key material.
 */
public final class PrivateKeySource {
  private final String option;
  private final Password text;
  private final WorkerFile file;

  private PrivateKeySource(String option, Password text, WorkerFile file) {
    this.option = option;
    this.text = text;
    this.file = file;
  }

  /** The text when there is one, else the file; one of them is not null. */
  static PrivateKeySource of(Password text, String path) {
    String option = text == null ? LoginOptions.PRIVATE_KEY_PATH : LoginOptions.PRIVATE_KEY;
    return new PrivateKeySource(option, text, file(path));
  }

  /** The file that {@link LoginOptions#PRIVATE_KEY_PATH} names. */
  static WorkerFile file(String path) {
    return new WorkerFile(
        LoginOptions.PRIVATE_KEY_PATH,
        path,
        "the PEM file of the service account's private key",
        Option.LONGEST_STORE);
  }

  /** The option that this key comes from, for messages about it. */
  public String option() {
    return option;
  }

  /**
   * The key as it is now.
   *
   * @throws IllegalArgumentException when there is none; the message is a sentence that says what
   *     to do and repeats neither path nor content
   */
  public PrivateKey read() {
    String pem = text == null ? new String(file.read(), StandardCharsets.UTF_8) : text.value();
    try {
      return RsaPrivateKeys.parse(pem);
    } catch (IllegalArgumentException e) {
      throw new UnusableOptionException(option, e.getMessage());
    }
  }

  @Override
  public String toString() {
    return "private key of " + option;
  }
}
