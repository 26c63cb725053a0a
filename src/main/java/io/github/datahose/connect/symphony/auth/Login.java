// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.auth;

import io.github.datahose.connect.symphony.Cancellation;
import io.github.datahose.connect.symphony.ClientSettings;
import io.github.datahose.connect.symphony.Credentials;
import io.github.datahose.connect.symphony.FailureKind;
import io.github.datahose.connect.symphony.SymphonyCall;
import io.github.datahose.connect.symphony.SymphonyException;
import io.github.datahose.connect.symphony.http.SymphonyHttp;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** Logs the service account in, at the pod and at the key manager. Thread-safe. */
public interface Login {

  /**
   * A new token of the pod.
   *
   * @throws SymphonyException if it gives none, or when the connector's own key or certificate
   *     cannot be read
   */
  String sessionToken(Cancellation cancellation) throws SymphonyException;

  /**
   * A new token of the key manager.
   *
   * @throws SymphonyException as {@link #sessionToken}
   */
  String keyManagerToken(Cancellation cancellation) throws SymphonyException;

  /**
   * What is made of the connector's own key or certificate.
   *
   * @throws SymphonyException if that cannot be read: of the kind {@code CREDENTIALS_UNREADABLE},
   *     or {@code CREDENTIALS_TIMEOUT} where the file hangs
   */
  static <T> T own(SymphonyCall call, Supplier<T> made) throws SymphonyException {
    try {
      return made.get();
    } catch (IllegalArgumentException e) {
      throw e.getCause() instanceof TimeoutException hangs
          ? new SymphonyException(call, FailureKind.CREDENTIALS_TIMEOUT, e.getMessage(), hangs)
          : new SymphonyException(call, FailureKind.CREDENTIALS_UNREADABLE, e.getMessage(), null);
    }
  }

  /** The login that belongs to the credentials. */
  static Login of(SymphonyHttp http, ClientSettings settings) {
    return settings.credentials() instanceof Credentials.Certificate certificate
        ? new CertificateLogin(http, settings, certificate)
        : new RsaLogin(http, settings, (Credentials.Rsa) settings.credentials());
  }
}
