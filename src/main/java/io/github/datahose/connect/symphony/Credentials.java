// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

import io.github.datahose.connect.symphony.tls.ClientCertificate;
import java.security.PrivateKey;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** What the service account logs in with. */
public sealed interface Credentials {

  /** The service account. */
  String username();

  /** The option that it comes from, for messages. */
  String option();

  /** What to look at when the pod refuses it: sentences for the administrators at both sides. */
  String advice();

  /**
   * An RSA private key, which signs the login.
   *
   * @param option the option that it comes from
   * @param username the service account
   * @param privateKey reads the key, anew for each login, so that a key replaced on disk is used
   *     without a restart; may throw {@link IllegalArgumentException} with a message free of key
   *     material; its cause is a {@link TimeoutException} when a file hangs
   */
  record Rsa(String option, String username, Supplier<PrivateKey> privateKey)
      implements Credentials {

    @Override
    public String advice() {
      return "Check symphony.username and the private key of "
          + option
          + ": its public key must be the one that the pod's administrator set for the service account, and the clocks"
          + " must agree to a minute.";
    }
  }

  /**
   * A client certificate, shown in TLS.
   *
   * @param option the option that it comes from
   * @param username the service account, for messages: the pod goes by the certificate's common
   *     name
   * @param certificate reads it, as an RSA key is read, and with the same failures
   */
  record Certificate(String option, String username, Supplier<ClientCertificate> certificate)
      implements Credentials {

    /**
     * After Symphony's "Session Authenticate (Cert)" and its guide to certificate authentication.
     */
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
}
