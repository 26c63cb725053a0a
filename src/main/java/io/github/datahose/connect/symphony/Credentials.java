// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

import io.github.datahose.connect.symphony.tls.ClientCertificate;
import java.security.PrivateKey;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** Credentials of the service account. */
public sealed interface Credentials {

  /** Returns the user name of the service account. */
  String username();

  /** Returns the option that the credentials come from, for messages. */
  String option();

  /** Returns what the administrators on both sides have to check if the pod rejects the login. */
  String advice();

  /**
   * An RSA private key, which signs the login.
   *
   * @param option the option that it comes from
   * @param username the service account
   * @param privateKey reads the key at each login, so that a key replaced on disk is used without a
   *     restart; can throw {@link IllegalArgumentException}, with a message without key material,
   *     and with a {@link TimeoutException} as its cause if the file system does not respond
   */
  record Rsa(String option, String username, Supplier<PrivateKey> privateKey)
      implements Credentials {

    @Override
    public String advice() {
      return "Check symphony.username and the private key of "
          + option
          + ". Its public key must be the one that the pod administrator set for the service account, and the"
          + " clocks must agree within a minute.";
    }
  }

  /**
   * A client certificate, presented in the TLS handshake.
   *
   * @param option the option that it comes from
   * @param username the service account, for messages: the pod identifies it by the certificate's
   *     common name
   * @param certificate reads the certificate at each login; throws as for an RSA key
   */
  record Certificate(String option, String username, Supplier<ClientCertificate> certificate)
      implements Credentials {

    /**
     * Follows Symphony's "Session Authenticate (Cert)" and its guide to certificate authentication.
     */
    @Override
    public String advice() {
      return "Check the certificate of "
          + option
          + ". Its common name (CN) must be the user name of the service account, "
          + username
          + ", in the same case. The pod administrator must have imported it, or the certificate that signed"
          + " it, in the admin portal, and allowed the account to log in by certificate. An application of"
          + " the same name must not have a certificate in its manifest.";
    }
  }
}
