// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.auth;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.github.datahose.connect.symphony.Cancellation;
import io.github.datahose.connect.symphony.ClientSettings;
import io.github.datahose.connect.symphony.Credentials;
import io.github.datahose.connect.symphony.SymphonyCall;
import io.github.datahose.connect.symphony.SymphonyException;
import io.github.datahose.connect.symphony.http.SymphonyHttp;
import io.github.datahose.connect.symphony.http.SymphonyRequest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.Base64;
import okhttp3.HttpUrl;
import okhttp3.Request;

/**
 * Logs a service account in with a JWT signed by its RSA private key, at the pod and at the key
 * manager (Symphony's "RSA session authenticate" and {@code login-api-public.yaml}). Thread-safe.
 */
public final class RsaLogin implements Login {

  /**
   * At most 300 s are allowed; the rest is room for clocks that differ (as in the vendor's SDKs).
   */
  private static final long JWT_LIFETIME_SECONDS = 240;

  private final SymphonyHttp http;
  private final ClientSettings settings;
  private final Credentials.Rsa credentials;

  RsaLogin(SymphonyHttp http, ClientSettings settings, Credentials.Rsa credentials) {
    this.http = http;
    this.settings = settings;
    this.credentials = credentials;
  }

  @Override
  public String sessionToken(Cancellation cancellation) throws SymphonyException {
    return token(
        SymphonyCall.SESSION_LOGIN,
        settings.endpoints().pod(),
        "login/pubkey/authenticate",
        cancellation);
  }

  @Override
  public String keyManagerToken(Cancellation cancellation) throws SymphonyException {
    return token(
        SymphonyCall.KEY_MANAGER_LOGIN,
        settings.endpoints().keyManager(),
        "relay/pubkey/authenticate",
        cancellation);
  }

  private String token(SymphonyCall call, HttpUrl base, String path, Cancellation cancellation)
      throws SymphonyException {
    byte[] body = ("{\"token\":\"" + jwt(call) + "\"}").getBytes(StandardCharsets.US_ASCII);
    Request request =
        SymphonyRequest.to(base, path, settings.userAgent())
            .post(SymphonyRequest.json(body))
            .build();
    return LoginAnswers.token(
        call, http.send(call, request, LoginAnswers.LARGEST, "", cancellation));
  }

  private String jwt(SymphonyCall call) throws SymphonyException {
    long expiry = settings.clock().instant().getEpochSecond() + JWT_LIFETIME_SECONDS;
    return Login.own(
        call, () -> jwt(credentials.username(), expiry, credentials.privateKey().get()));
  }

  /**
   * The login's JWT, compact form, RS512, exactly the claims {@code sub} and {@code exp}.
   *
   * @param expiry epoch seconds
   */
  public static String jwt(String username, long expiry, PrivateKey key) {
    String claims =
        "{\"sub\":\""
            + new String(JsonStringEncoder.getInstance().quoteAsString(username))
            + "\",\"exp\":"
            + expiry
            + "}";
    String signed = base64("{\"alg\":\"RS512\"}") + "." + base64(claims);
    try {
      Signature signature = Signature.getInstance("SHA512withRSA");
      signature.initSign(key);
      signature.update(signed.getBytes(StandardCharsets.US_ASCII));
      return signed + "." + base64(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException(
          "The private key cannot sign with SHA-512; it may be too short", e);
    }
  }

  private static String base64(String text) {
    return base64(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
