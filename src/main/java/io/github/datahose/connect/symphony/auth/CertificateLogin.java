// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.auth;

import io.github.datahose.connect.symphony.Cancellation;
import io.github.datahose.connect.symphony.ClientSettings;
import io.github.datahose.connect.symphony.Credentials;
import io.github.datahose.connect.symphony.FailureKind;
import io.github.datahose.connect.symphony.SymphonyCall;
import io.github.datahose.connect.symphony.SymphonyException;
import io.github.datahose.connect.symphony.http.SymphonyHttp;
import io.github.datahose.connect.symphony.http.SymphonyRequest;
import io.github.datahose.connect.symphony.tls.ClientCertificate;
import okhttp3.HttpUrl;
import okhttp3.Request;

/**
 * Logs a service account in with a client certificate, at the pod and at the key manager
 * (Symphony's "Session Authenticate (Cert)" and {@code authenticator-api-public.yaml}). Nobody else
 * is shown the certificate, as in the vendor's SDK (symphony-bdk-java, {@code ApiClientFactory}).
 * Thread-safe.
 */
final class CertificateLogin implements Login {

  private final SymphonyHttp http;
  private final ClientSettings settings;
  private final Credentials.Certificate credentials;

  CertificateLogin(
      SymphonyHttp http, ClientSettings settings, Credentials.Certificate credentials) {
    this.http = http;
    this.settings = settings;
    this.credentials = credentials;
  }

  @Override
  public String sessionToken(Cancellation cancellation) throws SymphonyException {
    return token(
        SymphonyCall.SESSION_LOGIN,
        settings.endpoints().sessionAuth(),
        "sessionauth/v1/authenticate",
        cancellation);
  }

  @Override
  public String keyManagerToken(Cancellation cancellation) throws SymphonyException {
    return token(
        SymphonyCall.KEY_MANAGER_LOGIN,
        settings.endpoints().keyManager(),
        "keyauth/v1/authenticate",
        cancellation);
  }

  private String token(SymphonyCall call, HttpUrl base, String path, Cancellation cancellation)
      throws SymphonyException {
    ClientCertificate certificate = Login.own(call, credentials.certificate());
    Request request =
        SymphonyRequest.to(base, path, settings.userAgent())
            // Since March 2025 the pod refuses a body, and a Content-Type without one.
            .post(SymphonyRequest.emptyBody())
            .build();
    String trace = ", client certificate " + certificate.subject();
    try {
      return LoginAnswers.token(
          call, http.send(certificate, call, request, LoginAnswers.LARGEST, trace, cancellation));
    } catch (SymphonyException e) {
      throw mayBeAboutTheCertificate(e) ? explained(e) : e;
    }
  }

  /**
   * A server that refuses it sends an alert, which in TLS 1.3 comes when the client is through with
   * the handshake, so that the connection may break before it is read; and some only hang up.
   */
  private static boolean mayBeAboutTheCertificate(SymphonyException e) {
    return e.kind() == FailureKind.TLS || e.kind() == FailureKind.CONNECTION_LOST;
  }

  private SymphonyException explained(SymphonyException e) {
    return e.as(
        e.kind(),
        "; a server that refuses the client certificate may answer so: the one of "
            + credentials.option()
            + ", or the one that signed it, must be imported in the pod's admin portal");
  }
}
