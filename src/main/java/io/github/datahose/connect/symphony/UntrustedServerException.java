// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

import java.security.cert.CertificateException;

/** A server whose certificate is not trusted. The message says whose, why, and what mends it. */
final class UntrustedServerException extends CertificateException {

  private static final long serialVersionUID = 1L;

  UntrustedServerException(String message, Throwable cause) {
    super(message, cause);
  }
}
