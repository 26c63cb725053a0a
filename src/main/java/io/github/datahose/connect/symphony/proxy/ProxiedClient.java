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
 * Makes an OkHttp client go through a proxy, with a login there that nobody else gets to see.
 *
 * <p>OkHttp asks the {@code proxyAuthenticator} in three cases (5.5, {@code RealRoutePlanner},
 * {@code ConnectPlan}, {@code RetryAndFollowUpInterceptor}): before a tunnel is opened, when the
 * proxy answers that with 407, and when any response has the status 407; also one that came out of
 * the tunnel, so from the server itself, which would be sent the login then. So it is answered in
 * the first case alone, and plain requests, for which there is no such question beforehand, are
 * given the login in an interceptor. Each login is sent once: a second time would be refused like
 * the first. After a refusal it is held back ({@link ProxyLoginPace}), but for what goes through
 * tunnels that are open.
 */
public final class ProxiedClient {

  private static final String AUTHORIZATION = "Proxy-Authorization";

  /** {@link okhttp3.Authenticator} documents it. */
  private static final String BEFORE_A_TUNNEL = "OkHttp-Preemptive";

  /** Null without a login, as the two below are. */
  private final String authorization;

  private final String fingerprint;
  private final ProxyLoginPace pace;

  /** Those that something went through: more of it says nothing of the login as it is now. */
  private final Set<Connection> tunnels =
      Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

  private ProxiedClient(ProxySettings proxy, Supplier<Moment> now) {
    authorization = proxy.authorization();
    fingerprint = authorization == null ? null : ProxyLoginPace.fingerprint(authorization);
    pace = authorization == null ? null : ProxyLoginPace.of(proxy, now);
  }

  /** The same client, but through the proxy; they share their connections. */
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

  /** A request in a tunnel is the server's, and its answer too. */
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
