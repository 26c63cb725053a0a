// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.tls;

import io.github.datahose.connect.text.Printable;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;

/**
 * Untrusted certificate of a server. The message says which certificate, why it is not trusted, and
 * what to do.
 */
public final class UntrustedServerException extends CertificateException {

  private static final long serialVersionUID = 1L;

  private final boolean fixedByTrustStore;

  /**
   * Creates the exception.
   *
   * @param fixedByTrustStore whether a change of the trust store fixes it, rather than a new
   *     certificate
   */
  UntrustedServerException(String message, boolean fixedByTrustStore, Throwable cause) {
    super(message, cause);
    this.fixedByTrustStore = fixedByTrustStore;
  }

  /**
   * Returns an exception that explains to administrators why a server's certificates were rejected.
   *
   * @param chain certificates from the server, its own first
   * @param reason exception of the JDK
   * @param option option that adds authorities
   */
  static UntrustedServerException of(
      X509Certificate[] chain, CertificateException reason, String option) {
    List<X509Certificate> path = path(chain);
    for (X509Certificate certificate : path) {
      String outOfTime = outOfTime(certificate);
      if (outOfTime != null) {
        return new UntrustedServerException(named(certificate) + ", " + outOfTime, false, reason);
      }
    }
    Throwable root = reason;
    while (root.getCause() != null && !isAboutTheAuthority(root)) {
      root = root.getCause();
    }
    if (!isAboutTheAuthority(root)) {
      return new UntrustedServerException(
          named(chain[0])
              + ", is rejected by Java ("
              + Printable.of(String.valueOf(root.getMessage()))
              + "). Have a new one issued for that server",
          false,
          reason);
    }
    return new UntrustedServerException(
        named(chain[0])
            + ", is signed by an untrusted certificate authority, "
            + name(path.get(path.size() - 1).getIssuerX500Principal())
            + (root instanceof CertPathValidatorException
                ? " (one of that name is trusted, but has another key)"
                : "")
            + ". Add that authority's certificate with "
            + option,
        true,
        reason);
  }

  /** Returns the exception of this type that caused a failure, or null. */
  public static UntrustedServerException in(Throwable failure) {
    Throwable cause = failure;
    while (cause != null && !(cause instanceof UntrustedServerException)) {
      cause = cause.getCause();
    }
    return (UntrustedServerException) cause;
  }

  /** Returns whether a change of the trust store fixes it, rather than a new certificate. */
  public boolean isFixedByTrustStore() {
    return fixedByTrustStore;
  }

  /**
   * Returns whether the authority is unknown, or has the name of a known one that did not sign
   * this.
   */
  private static boolean isAboutTheAuthority(Throwable reason) {
    return reason instanceof CertPathBuilderException
        || (reason instanceof CertPathValidatorException invalid
            && invalid.getReason() == BasicReason.INVALID_SIGNATURE);
  }

  /** Returns a name in one short line, because a certificate can contain any text. */
  private static String name(X500Principal principal) {
    return Printable.of(principal.getName());
  }

  private static String named(X509Certificate certificate) {
    return "the server's certificate, subject " + name(certificate.getSubjectX500Principal());
  }

  /**
   * Returns the server's certificate, its signer's, and so on, as far as the server sent them.
   * Servers also send others, such as a root that was replaced long ago, which do not matter.
   */
  private static List<X509Certificate> path(X509Certificate[] chain) {
    List<X509Certificate> others = new ArrayList<>(Arrays.asList(chain));
    List<X509Certificate> path = new ArrayList<>();
    Optional<X509Certificate> next = Optional.of(chain[0]);
    while (next.isPresent()) {
      X509Certificate last = next.get();
      others.remove(last);
      path.add(last);
      next =
          others.stream()
              .filter(other -> isSigned(last, other))
              .min(Comparator.comparing(other -> outOfTime(other) != null));
    }
    return path;
  }

  private static boolean isSigned(X509Certificate certificate, X509Certificate signer) {
    if (!certificate.getIssuerX500Principal().equals(signer.getSubjectX500Principal())) {
      return false;
    }
    try {
      certificate.verify(signer.getPublicKey());
      return true;
    } catch (GeneralSecurityException otherSigner) {
      return false;
    }
  }

  private static String outOfTime(X509Certificate certificate) {
    try {
      certificate.checkValidity();
      return null;
    } catch (CertificateExpiredException e) {
      return "expired on " + certificate.getNotAfter().toInstant() + ". Have it renewed";
    } catch (CertificateNotYetValidException e) {
      return "is not valid before "
          + certificate.getNotBefore().toInstant()
          + ". Check the clocks of this worker and of that server";
    }
  }
}
