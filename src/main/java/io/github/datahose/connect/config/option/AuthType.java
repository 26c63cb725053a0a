// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config.option;

/** What the service account logs in with. */
public enum AuthType {
  /** With a token that its private key signs. */
  RSA,
  /** With a client certificate. */
  CERTIFICATE
}
