// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.auth;

/**
 * What a login brings.
 *
 * @param session the pod's session token, opaque
 * @param keyManager the key manager's token, opaque; null where simplified key delivery does
 *     without
 */
public record Tokens(String session, String keyManager) {

  /** Never the tokens themselves: a record would print them. */
  @Override
  public String toString() {
    return "Tokens[hidden]";
  }
}
