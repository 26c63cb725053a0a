// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.tls;

/** A key store that its password does not open. The message names neither. */
public final class WrongPasswordException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  WrongPasswordException() {
    super("does not open the store: correct it");
  }
}
