// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.proxy;

import io.github.datahose.connect.symphony.Moment;
import io.github.datahose.connect.symphony.ProxySettings;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.Supplier;
import okhttp3.Connection;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.Route;

/**
 * OkHttp client that connects through a proxy, with credentials that only the proxy receives.
 *
 * <p>OkHttp calls the {@code proxyAuthenticator} in three cases (5.5, {@code RealRoutePlanner},
 * {@code ConnectPlan}, {@code RetryAndFollowUpInterceptor}): before it opens a tunnel, when the
 * proxy returns 407 for that, and when any response has the status 407; even one from the server at
 * the end of the tunnel, which would then receive the credentials. So this class supplies them only
 * in the first case. For plain requests there is no such call before they are sent, so an
 * interceptor adds the credentials. Each login is sent once: the proxy would reject a second one
 * like the first. After a rejection, the login is held back ({@link ProxyLoginPace}), except for
 * requests through open tunnels.
 */
public final class ProxiedClient {

  private static final String AUTHORIZATION = "Proxy-Authorization";

  /** Scheme that {@link okhttp3.Authenticator} documents. */
  private static final String BEFORE_A_TUNNEL = "OkHttp-Preemptive";

  /** Null without a login, like the two fields below. */
  private final String authorization;

  private final String fingerprint;
  private final ProxyLoginPace pace;

  /**
   * The tunnels that have carried a request: further requests say nothing about the current login.
   */
  private final Set<Connection> tunnels =
      Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

  private ProxiedClient(ProxySettings proxy, Supplier<Moment> now) {
    authorization = proxy.authorization();
    fingerprint = authorization == null ? null : ProxyLoginPace.fingerprint(authorization);
    pace = authorization == null ? null : ProxyLoginPace.of(proxy, now);
  }

  /** Returns the same client, but through the proxy; both share their connections. */
  public static OkHttpClient of(OkHttpClient direct, ProxySettings proxy, Supplier<Moment> now) {
    ProxiedClient proxied = new ProxiedClient(proxy, now);
    return direct
        .newBuilder()
        .proxy(proxy.address())
        .proxyAuthenticator(proxied::authenticate)
        .addNetworkInterceptor(proxied::sendPlain)
        .build();
  }

  private Request authenticate(Route route, Response response) throws IOException {
    Request request = response.request();
    if (!request.method().equals("CONNECT")) {
      return null;
    }
    boolean beforehand =
        response.challenges().stream().anyMatch(each -> each.scheme().equals(BEFORE_A_TUNNEL));
    if (!beforehand) {
      throw refused(response);
    }
    return authorization == null ? null : withLogin(request);
  }

  /**
   * Sends a request, and adds the credentials unless it is in a tunnel, where the server receives
   * it.
   */
  private Response sendPlain(Interceptor.Chain chain) throws IOException {
    Request request = chain.request();
    if (request.isHttps()) {
      if (tunnels.add(chain.connection())) {
        accepted();
      }
      return chain.proceed(request);
    }
    Response response = chain.proceed(authorization == null ? request : withLogin(request));
    if (response.code() == ProxyRefusedException.LOGIN_WANTED) {
      response.close();
      throw refused(response);
    }
    accepted();
    return response;
  }

  private void accepted() {
    if (authorization != null) {
      pace.accepted(fingerprint);
    }
  }

  private ProxyRefusedException refused(Response response) {
    return ProxyRefusedException.login(
        response.challenges(), authorization == null ? null : pace.refused(fingerprint));
  }

  private Request withLogin(Request request) throws ProxyRefusedException {
    Duration notBefore = pace.untilNext(fingerprint);
    if (!notBefore.isZero()) {
      throw ProxyRefusedException.heldBack(notBefore);
    }
    return request.newBuilder().header(AUTHORIZATION, authorization).build();
  }
}
