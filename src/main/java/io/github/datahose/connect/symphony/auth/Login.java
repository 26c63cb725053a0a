// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.auth;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.datahose.connect.symphony.Cancellation;
import io.github.datahose.connect.symphony.ClientSettings;
import io.github.datahose.connect.symphony.Credentials;
import io.github.datahose.connect.symphony.FailureKind;
import io.github.datahose.connect.symphony.ReadAnswer;
import io.github.datahose.connect.symphony.SymphonyCall;
import io.github.datahose.connect.symphony.SymphonyException;
import io.github.datahose.connect.symphony.http.SymphonyHttp;
import io.github.datahose.connect.symphony.tls.ClientCertificate;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.Base64;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import okhttp3.HttpUrl;
import okhttp3.Request;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Login of the service account to the pod and the key manager: with a JWT signed by its RSA private
 * key (Symphony's "RSA session authenticate" and {@code login-api-public.yaml}), or with a client
 * certificate ("Session Authenticate (Cert)" and {@code authenticator-api-public.yaml}). No other
 * server receives the certificate, as in the vendor's SDK (symphony-bdk-java, {@code
 * ApiClientFactory}). Thread-safe.
 */
public final class Login {

  private static final Logger LOG = LoggerFactory.getLogger(Login.class);

  /** At most 300 s are allowed; the rest allows for clock differences (as in the vendor's SDKs). */
  private static final long JWT_LIFETIME_SECONDS = 240;

  /** In bytes. Real responses have some thousand, and a parsed one takes many times its size. */
  private static final int LARGEST_ANSWER = 64 * 1024;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final SymphonyHttp http;
  private final ClientSettings settings;

  public Login(SymphonyHttp http, ClientSettings settings) {
    this.http = http;
    this.settings = settings;
  }

  /**
   * Requests a new session token from the pod.
   *
   * @throws SymphonyException if the pod returns none, or if the connector's own key or certificate
   *     cannot be read: of the kind {@code CREDENTIALS_UNREADABLE}, or {@code CREDENTIALS_TIMEOUT}
   *     if the file system does not respond
   */
  public String sessionToken(Cancellation cancellation) throws SymphonyException {
    SymphonyCall call = SymphonyCall.SESSION_LOGIN;
    return settings.credentials() instanceof Credentials.Certificate certificate
        ? byCertificate(
            call,
            certificate,
            settings.endpoints().sessionAuth(),
            "sessionauth/v1/authenticate",
            cancellation)
        : byKey(call, settings.endpoints().pod(), "login/pubkey/authenticate", cancellation);
  }

  /**
   * Requests a new token from the key manager.
   *
   * @throws SymphonyException as {@link #sessionToken}
   */
  public String keyManagerToken(Cancellation cancellation) throws SymphonyException {
    SymphonyCall call = SymphonyCall.KEY_MANAGER_LOGIN;
    HttpUrl keyManager = settings.endpoints().keyManager();
    return settings.credentials() instanceof Credentials.Certificate certificate
        ? byCertificate(call, certificate, keyManager, "keyauth/v1/authenticate", cancellation)
        : byKey(call, keyManager, "relay/pubkey/authenticate", cancellation);
  }

  private String byKey(SymphonyCall call, HttpUrl base, String path, Cancellation cancellation)
      throws SymphonyException {
    byte[] body = ("{\"token\":\"" + jwt(call) + "\"}").getBytes(StandardCharsets.US_ASCII);
    Request request = http.request(base, path).post(SymphonyHttp.json(body)).build();
    return token(call, http.send(call, request, LARGEST_ANSWER, "", cancellation));
  }

  private String jwt(SymphonyCall call) throws SymphonyException {
    Credentials.Rsa credentials = (Credentials.Rsa) settings.credentials();
    long expiry = settings.clock().instant().getEpochSecond() + JWT_LIFETIME_SECONDS;
    return own(call, () -> jwt(credentials.username(), expiry, credentials.privateKey().get()));
  }

  /**
   * Returns the JWT of the login in compact form: RS512, with exactly the claims {@code sub} and
   * {@code exp}.
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
          "The private key cannot sign with SHA-512. It might be too short: use an RSA key of at least 2048 bits",
          e);
    }
  }

  private static String base64(String text) {
    return base64(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private String byCertificate(
      SymphonyCall call,
      Credentials.Certificate credentials,
      HttpUrl base,
      String path,
      Cancellation cancellation)
      throws SymphonyException {
    ClientCertificate certificate = own(call, credentials.certificate());
    Request request =
        http.request(base, path)
            // Since March 2025 the pod rejects a body, and a Content-Type without one.
            .post(SymphonyHttp.emptyBody())
            .build();
    String trace = ", client certificate " + certificate.subject();
    try {
      return token(
          call, http.send(certificate, call, request, LARGEST_ANSWER, trace, cancellation));
    } catch (SymphonyException e) {
      throw mayBeAboutTheCertificate(e) ? explained(e, credentials.option()) : e;
    }
  }

  /**
   * Returns whether the server might have rejected the certificate. It then sends an alert, which
   * in TLS 1.3 arrives after the client has completed the handshake, so that the connection can be
   * lost before the client reads it; some servers only close the connection.
   */
  private static boolean mayBeAboutTheCertificate(SymphonyException e) {
    return e.kind() == FailureKind.TLS || e.kind() == FailureKind.CONNECTION_LOST;
  }

  private static SymphonyException explained(SymphonyException e, String option) {
    return e.as(
        e.kind(),
        ". The server might have rejected the client certificate. Check that the certificate of "
            + option
            + ", or the one that signed it, is imported in the pod's admin portal");
  }

  /**
   * Returns what the supplier makes of the connector's own key or certificate, and maps its
   * failures.
   */
  public static <T> T own(SymphonyCall call, Supplier<T> made) throws SymphonyException {
    try {
      return made.get();
    } catch (IllegalArgumentException e) {
      throw e.getCause() instanceof TimeoutException hangs
          ? new SymphonyException(call, FailureKind.CREDENTIALS_TIMEOUT, e.getMessage(), hangs)
          : new SymphonyException(call, FailureKind.CREDENTIALS_UNREADABLE, e.getMessage(), null);
    }
  }

  /**
   * Returns the token in a response, {@code Token} in both APIs. Ignores its name, because some key
   * managers return the pod's.
   */
  private static String token(SymphonyCall call, ReadAnswer answer) throws SymphonyException {
    try {
      JsonNode token = JSON.readTree(answer.body()).path("token");
      if (token.isTextual() && isHeaderValue(token.textValue())) {
        LOG.debug(
            "{} returned HTTP {} after {} ms",
            answer.where(),
            answer.status(),
            answer.tookMillis());
        return token.textValue();
      }
    } catch (IOException notJson) {
      // Reported below, without the parser's message, which quotes the body.
    }
    throw new SymphonyException(
        call,
        FailureKind.MALFORMED,
        call
            + " returned HTTP "
            + answer.status()
            + " without a token (content type "
            + answer.contentType()
            + ", "
            + answer.body().length
            + " bytes). Check the URL",
        answer.status(),
        null);
  }

  /**
   * Returns whether OkHttp accepts the token as a header: its exception would contain the token.
   */
  private static boolean isHeaderValue(String token) {
    return !token.isEmpty() && token.chars().allMatch(c -> c > ' ' && c < 0x7f);
  }
}
