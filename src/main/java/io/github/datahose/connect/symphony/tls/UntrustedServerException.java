// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.tls;

import java.security.cert.CertificateException;

/** A server whose certificate is not trusted. The message says whose, why, and what mends it. */
public final class UntrustedServerException extends CertificateException {

  private static final long serialVersionUID = 1L;

  private final boolean mendedByTrustStore;

  /**
   * Says what is wrong.
   *
   * @param mendedByTrustStore whether it lies in what is trusted here, and not in the certificate
   */
  UntrustedServerException(String message, boolean mendedByTrustStore, Throwable cause) {
    super(message, cause);
    this.mendedByTrustStore = mendedByTrustStore;
  }

  /** The one that a failure stands for, or null. */
  public static UntrustedServerException in(Throwable failure) {
    Throwable cause = failure;
    while (cause != null && !(cause instanceof UntrustedServerException)) {
      cause = cause.getCause();
    }
    return (UntrustedServerException) cause;
  }

  /** Whether it lies in what is trusted here, and not in the certificate. */
  public boolean isMendedByTrustStore() {
    return mendedByTrustStore;
  }
}
