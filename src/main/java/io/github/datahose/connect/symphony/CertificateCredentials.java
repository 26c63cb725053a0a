// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

import io.github.datahose.connect.symphony.tls.ClientCertificate;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * A client certificate, shown in TLS.
 *
 * @param option the option that it comes from
 * @param username the service account, for messages: the pod goes by the certificate's common name
 * @param certificate reads it, anew for each login, so that one replaced on disk is used without a
 *     restart; may throw {@link IllegalArgumentException} with a message free of key material; its
 *     cause is a {@link TimeoutException} when a file hangs
 */
public record CertificateCredentials(
    String option, String username, Supplier<ClientCertificate> certificate)
    implements Credentials {

  /** After Symphony's "Session Authenticate (Cert)" and its guide to certificate authentication. */
  @Override
  public String advice() {
    return "Check the certificate of "
        + option
        + ": its common name (CN) must be the user name of the service account, "
        + username
        + ", in the same case; the pod's administrator must have imported it, or the certificate that signed it, in the"
        + " admin portal, and allowed the account to log in by certificate; and no application of the same name may"
        + " have a certificate in its manifest.";
  }
}
