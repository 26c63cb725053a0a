// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import io.github.datahose.connect.symphony.RsaPrivateKeys;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.PrivateKey;
import org.apache.kafka.common.config.types.Password;

/**
 * Where the service account's private key comes from: the text of an option, or a file that is read
 * anew at each login, so that a key can be replaced without a restart. Immutable; its text form
 * shows no key material.
 */
public final class PrivateKeySource {
  /** A 16384 bit RSA key in PEM has 13 kB: what is larger is no key and is not read to its end. */
  private static final int MOST_BYTES = 65_536;

  private final String option;
  private final Password text;
  private final String file;

  private PrivateKeySource(String option, Password text, String file) {
    this.option = option;
    this.text = text;
    this.file = file;
  }

  /** The text when there is one, else the file; one of them is not null. */
  static PrivateKeySource of(Password text, String file) {
    return text != null
        ? new PrivateKeySource(LoginOptions.PRIVATE_KEY, text, null)
        : new PrivateKeySource(LoginOptions.PRIVATE_KEY_PATH, null, file);
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
    try {
      return RsaPrivateKeys.parse(text != null ? text.value() : fileText());
    } catch (IOException unreadable) {
      throw new IllegalArgumentException(unreadable.getMessage(), unreadable);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(option + " " + e.getMessage(), e);
    }
  }

  private String fileText() throws IOException {
    Path path;
    try {
      path = Path.of(file);
    } catch (InvalidPathException e) {
      // Not kept as the cause: its message repeats the path, which may be anything.
      throw unreadable("is no valid path on this worker");
    }
    if (!Files.isRegularFile(path)) {
      throw unreadable("names no file that this worker can see");
    }
    byte[] bytes;
    try (InputStream in = Files.newInputStream(path)) {
      bytes = in.readNBytes(MOST_BYTES + 1);
    } catch (IOException e) {
      throw unreadable("names a file that this worker cannot read");
    }
    if (bytes.length > MOST_BYTES) {
      throw unreadable("names a file too large for a private key (over " + MOST_BYTES + " bytes)");
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private IOException unreadable(String what) {
    return new IOException(
        option
            + " "
            + what
            + ": put the PEM file of the service account's private key there on every worker,"
            + " readable for the worker's user");
  }

  @Override
  public String toString() {
    return "private key of " + option;
  }
}
