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

  /**
   * Says in words for administrators why a server's certificates were refused.
   *
   * @param chain what the server sent, its own certificate first
   * @param reason what the JDK says
   * @param option where authorities are added
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
              + ", is refused by Java ("
              + Printable.of(String.valueOf(root.getMessage()))
              + "): have a better one made for that server",
          false,
          reason);
    }
    return new UntrustedServerException(
        named(chain[0])
            + ", comes from an authority that is not trusted here, "
            + name(path.get(path.size() - 1).getIssuerX500Principal())
            + (root instanceof CertPathValidatorException
                ? " (one of that name is, but with another key)"
                : "")
            + ": add that authority's certificate with "
            + option,
        true,
        reason);
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

  /** That none is known; or that one of the same name is, which did not sign this. */
  private static boolean isAboutTheAuthority(Throwable reason) {
    return reason instanceof CertPathBuilderException
        || (reason instanceof CertPathValidatorException invalid
            && invalid.getReason() == BasicReason.INVALID_SIGNATURE);
  }

  /** In one short line: a server may put anything into its certificate. */
  private static String name(X500Principal principal) {
    return Printable.of(principal.getName());
  }

  private static String named(X509Certificate certificate) {
    return "the server's certificate, subject " + name(certificate.getSubjectX500Principal());
  }

  /**
   * The server's certificate, its signer's, and so on, as far as they were sent. Servers send
   * others too, such as a root that was replaced long ago, which say nothing about this one.
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
      return "expired on " + certificate.getNotAfter().toInstant() + ": have it renewed";
    } catch (CertificateNotYetValidException e) {
      return "is not valid before "
          + certificate.getNotBefore().toInstant()
          + ": check the clocks of this worker and of that server";
    }
  }
}
