// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

import io.github.datahose.connect.symphony.proxy.ProxyRefusedException;
import io.github.datahose.connect.text.Printable;
import java.time.Duration;

/**
 * A call to Symphony that did not work: what kind of failure, from whom, and the server's own
 * wishes. The message names the call, the host and the status, and quotes at most the short error
 * text of Symphony's own JSON; never a token, a header, a query or another body. It is one line
 * ({@link Printable}), whatever the server wrote.
 */
public final class SymphonyException extends Exception {

  private static final long serialVersionUID = 1L;

  private final SymphonyCall call;
  private final FailureKind kind;
  private final int status;
  private final boolean symphonyJson;
  private final boolean readTimeout;
  private final boolean tooLarge;
  private final boolean tooQuick;
  private final boolean fromProxy;
  private final boolean sessionKept;
  private final transient Duration retryAfter;

  private SymphonyException(Builder builder) {
    super(Printable.line(builder.message), builder.cause);
    call = builder.call;
    kind = builder.kind;
    status = builder.status;
    symphonyJson = builder.symphonyJson;
    readTimeout = builder.readTimeout;
    tooLarge = builder.tooLarge;
    tooQuick = builder.tooQuick;
    fromProxy = builder.fromProxy;
    sessionKept = builder.sessionKept;
    retryAfter = builder.retryAfter;
  }

  /** Who was called. */
  public SymphonyCall call() {
    return call;
  }

  /** What kind of failure it was. */
  public FailureKind kind() {
    return kind;
  }

  /** The HTTP status, or 0 when no answer came. */
  public int status() {
    return status;
  }

  /**
   * Whether the body was a JSON object, as Symphony's own errors are; a proxy's or an ingress's
   * page is not.
   */
  public boolean isSymphonyJson() {
    return symphonyJson;
  }

  /** Whether no answer came within the read time-out. */
  public boolean isReadTimeout() {
    return readTimeout;
  }

  /** Whether the answer was larger than {@code datahose.max.response.bytes}. */
  public boolean isTooLarge() {
    return tooLarge;
  }

  /** Whether it was an empty answer that came at once, again and again. */
  public boolean isTooQuick() {
    return tooQuick;
  }

  /**
   * Whether the status is that of the worker's own proxy, which did not let the call through: 407
   * when it wants another login, else whatever it answered to a CONNECT.
   */
  public boolean isFromProxy() {
    return fromProxy;
  }

  /** Whether the worker's own proxy wants a login, or another one: for whatever server. */
  public boolean isProxyLogin() {
    return fromProxy && status == ProxyRefusedException.LOGIN_WANTED;
  }

  /**
   * Whether it is of one agent, so that another might do better: a failed read, or the login for
   * one while other agents still take the session that there was. A proxy's 407 is of all agents.
   */
  public boolean isOfOneAgent() {
    return (call == SymphonyCall.READ || sessionKept) && !isProxyLogin();
  }

  /**
   * Whether the agent refused the session, so that a new one may help: not where only the key
   * manager's token might be missing, and not what something in front of the agent answered.
   */
  public boolean isExpiredSession() {
    return call == SymphonyCall.READ
        && kind == FailureKind.UNAUTHORIZED
        && symphonyJson
        && !sessionKept;
  }

  /** The same failure, of a read or login whose session is kept for other agents. */
  public SymphonyException keepingSession(String addition) {
    Builder same = of(call, kind, getMessage() + addition);
    same.status(status).symphonyJson(symphonyJson).retryAfter(retryAfter).cause(getCause());
    same.fromProxy = fromProxy;
    same.sessionKept = true;
    return same.build();
  }

  /** How long the server asks to wait, at most 10 minutes, or null when it asks nothing. */
  public Duration retryAfter() {
    return retryAfter;
  }

  /**
   * Whether what answered was not Symphony, but a proxy, a balancer, an ingress, a firewall. What
   * is only too large or too quick may be Symphony's.
   */
  public boolean isPage() {
    return isRedirect() || !(symphonyJson || tooLarge || tooQuick);
  }

  /** Whether the server answered with a redirect. */
  public boolean isRedirect() {
    return status >= 300 && status < 400;
  }

  public static Builder of(SymphonyCall call, FailureKind kind, String message) {
    return new Builder(call, kind, message);
  }

  /** Collects what is known of a failure. */
  public static final class Builder {
    private final SymphonyCall call;
    private final FailureKind kind;
    private final String message;
    private Throwable cause;
    private int status;
    private boolean symphonyJson;
    private boolean readTimeout;
    private boolean tooLarge;
    private boolean tooQuick;
    private boolean fromProxy;
    private boolean sessionKept;
    private Duration retryAfter;

    private Builder(SymphonyCall call, FailureKind kind, String message) {
      this.call = call;
      this.kind = kind;
      this.message = message;
    }

    public Builder status(int answered) {
      status = answered;
      return this;
    }

    public Builder symphonyJson(boolean isJson) {
      symphonyJson = isJson;
      return this;
    }

    public Builder readTimeout(boolean timedOut) {
      readTimeout = timedOut;
      return this;
    }

    public Builder tooLarge() {
      tooLarge = true;
      return this;
    }

    public Builder tooQuick() {
      tooQuick = true;
      return this;
    }

    public Builder fromProxy() {
      fromProxy = true;
      return this;
    }

    public Builder retryAfter(Duration wish) {
      retryAfter = wish;
      return this;
    }

    public Builder cause(Throwable reason) {
      cause = reason;
      return this;
    }

    public SymphonyException build() {
      return new SymphonyException(this);
    }
  }
}
