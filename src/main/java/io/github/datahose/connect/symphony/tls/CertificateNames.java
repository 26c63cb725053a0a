// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.tls;

import io.github.datahose.connect.text.Printable;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.security.auth.x500.X500Principal;

/** Names in certificates; a server may put anything into its own. */
final class CertificateNames {

  /** ASN.1's types of text in which ASCII and UTF-8 stand as they are. */
  private static final List<Byte> TEXTS =
      List.of((byte) 0x0c, (byte) 0x13, (byte) 0x16, (byte) 0x1a);

  private CertificateNames() {}

  static String subject(X509Certificate certificate) {
    return text(certificate.getSubjectX500Principal());
  }

  static String issuer(X509Certificate certificate) {
    return text(certificate.getIssuerX500Principal());
  }

  /**
   * All common names (CN) in a subject, also those that share a part of it with other attributes.
   *
   * <p>Out of the form of RFC 1779, in which Java decodes text of two and four bytes a character;
   * in that of RFC 2253 it writes their bytes. But it stumbles over some quotation marks in the
   * former, and escapes them in the latter.
   */
  static List<String> commonNames(X500Principal subject) {
    for (String form : List.of(X500Principal.RFC1779, X500Principal.RFC2253)) {
      try {
        return commonNames(subject.getName(form));
      } catch (NamingException | RuntimeException e) {
        // The next form, if there is one.
      }
    }
    // None that anybody could give as a user name.
    return List.of();
  }

  private static List<String> commonNames(String subject) throws NamingException {
    List<String> names = new ArrayList<>();
    for (Rdn part : new LdapName(subject).getRdns()) {
      for (Attribute attribute : Collections.list(part.toAttributes().getAll())) {
        if (attribute.getID().equalsIgnoreCase("CN")) {
          for (Object value : Collections.list(attribute.getAll())) {
            addText(value, names);
          }
        }
      }
    }
    return names;
  }

  /** Java has bytes, the value's DER, where it does not know the type for one of text. */
  private static void addText(Object value, List<String> names) {
    if (!(value instanceof byte[] der)) {
      names.add(value.toString());
    } else if (der.length > 2 && der[1] == der.length - 2 && TEXTS.contains(der[0])) {
      names.add(new String(der, 2, der.length - 2, StandardCharsets.UTF_8));
    }
  }

  private static String text(X500Principal name) {
    return Printable.of(name.getName());
  }
}
