// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

import java.security.cert.X509Certificate;
import javax.security.auth.x500.X500Principal;

/** Names in certificates, for messages: a server may put anything into its own. */
final class CertificateNames {

  private static final int LONGEST = 200;

  private CertificateNames() {}

  static String subject(X509Certificate certificate) {
    return text(certificate.getSubjectX500Principal());
  }

  static String issuer(X509Certificate certificate) {
    return text(certificate.getIssuerX500Principal());
  }

  private static String text(X500Principal name) {
    return oneLine(name.getName());
  }

  static String oneLine(String name) {
    String line = name.replaceAll("\\p{Cntrl}+", " ").strip();
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "...";
  }
}
