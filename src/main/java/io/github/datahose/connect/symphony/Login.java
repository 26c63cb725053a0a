// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

/** Logs the service account in, at the pod and at the key manager. Thread-safe. */
interface Login {

  /**
   * A new token of the pod.
   *
   * @throws SymphonyException if it gives none; without a status when the connector's own key or
   *     certificate cannot be read
   */
  String sessionToken(Cancellation cancellation) throws SymphonyException;

  /**
   * A new token of the key manager.
   *
   * @throws SymphonyException as {@link #sessionToken}
   */
  String keyManagerToken(Cancellation cancellation) throws SymphonyException;

  /** The login that belongs to the credentials. */
  static Login of(SymphonyHttp http, ClientSettings settings) {
    return settings.credentials() instanceof CertificateCredentials certificate
        ? new CertificateLogin(http, settings, certificate)
        : new RsaLogin(http, settings, (RsaCredentials) settings.credentials());
  }
}
