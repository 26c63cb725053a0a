// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.agent;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.github.datahose.connect.symphony.Cancellation;
import io.github.datahose.connect.symphony.ClientSettings;
import io.github.datahose.connect.symphony.DatahoseFeed;
import io.github.datahose.connect.symphony.FailureKind;
import io.github.datahose.connect.symphony.ReadAnswer;
import io.github.datahose.connect.symphony.SymphonyCall;
import io.github.datahose.connect.symphony.SymphonyException;
import io.github.datahose.connect.symphony.auth.Login;
import io.github.datahose.connect.symphony.auth.Session;
import io.github.datahose.connect.symphony.http.SymphonyHttp;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.util.List;
import java.util.function.Supplier;
import okhttp3.HttpUrl;
import okhttp3.Request;

/**
 * Client of a pod for a service account: one login and one HTTP client for all readers of a task.
 * Thread-safe. It sends nothing before the first read.
 */
public final class SymphonyClient implements AutoCloseable {

  private static final String TRACE_ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  private static final int TRACE_LENGTH = 6;
  private static final JsonFactory JSON = new JsonFactory();

  private final ClientSettings settings;
  private final SymphonyHttp http;
  private final Session session;
  private final AgentCheck agentCheck;
  private final SecureRandom random = new SecureRandom();

  /** Creates a client without opening a connection. */
  public SymphonyClient(ClientSettings settings) {
    this.settings = settings;
    this.http = new SymphonyHttp(settings);
    this.session = new Session(new Login(http, settings), () -> settings.now().get().nanos());
    this.agentCheck = new AgentCheck(http, settings);
  }

  /**
   * Returns a reader's access to a feed. The pod creates the feed at the first read, and identifies
   * it by account, tag, event types, and scopes together, so they never change here.
   *
   * @param tag 1 to 80 characters
   * @param eventTypes at least one, sent in this order
   * @param scopes sent when not empty (agents before 25.8 do not know them)
   * @param agent supplies, before each read, the base URL of the agent to read from: the feed
   *     belongs to the pod, and is the same at each of its agents
   * @param onLogin run by the reading thread after each login that one of its reads required
   */
  public DatahoseFeed feed(
      String tag,
      List<String> eventTypes,
      List<String> scopes,
      Supplier<HttpUrl> agent,
      Runnable onLogin) {
    return (ackId, cancellation) ->
        read(agent.get(), body(tag, eventTypes, scopes, ackId), cancellation, onLogin);
  }

  /**
   * Checks the health and version of an agent at the first call for it, and warns of what its
   * administrator has to fix. Takes five seconds at most, less if the client is closed in the
   * meantime; never throws.
   *
   * @param agent base URL
   */
  public void checkAgentOnce(HttpUrl agent) {
    agentCheck.once(agent);
  }

  private ReadAnswer read(HttpUrl agent, byte[] body, Cancellation cancellation, Runnable onLogin)
      throws SymphonyException {
    Session.Tokens tokens = session.tokens(agent, cancellation, onLogin);
    String traceId = traceId();
    Request.Builder request =
        http.request(agent, "agent/v5/events/read")
            .header("sessionToken", tokens.session())
            .header("X-Trace-Id", traceId)
            .post(SymphonyHttp.json(body));
    if (tokens.keyManager() != null) {
      request.header("keyManagerToken", tokens.keyManager());
    }
    try {
      ReadAnswer answer =
          http.send(
              SymphonyCall.READ,
              request.build(),
              settings.maxResponseBytes(),
              ", trace id " + traceId,
              cancellation);
      session.accepted(tokens, agent);
      return answer;
    } catch (SymphonyException e) {
      boolean keepsSession = isUnauthorized(e) && !session.refused(tokens, agent);
      if (!keepsSession || e.kind() != FailureKind.UNAUTHORIZED) {
        throw e;
      }
      throw e.as(FailureKind.KEY_MANAGER_TOKEN_MISSING, " (without a key manager token)");
    }
  }

  /**
   * Returns the body of a read, {@code V5EventsReadBody} of agent-api-public.yaml, in UTF-8.
   *
   * @param scopes left out when empty
   * @param ackId can be empty, never null
   */
  private static byte[] body(
      String tag, List<String> eventTypes, List<String> scopes, String ackId) {
    ByteArrayOutputStream body = new ByteArrayOutputStream(512);
    try (JsonGenerator json = JSON.createGenerator(body)) {
      json.writeStartObject();
      json.writeStringField("type", "datahose");
      json.writeStringField("tag", tag);
      writeArray(json, "eventTypes", eventTypes);
      json.writeStringField("ackId", ackId);
      json.writeBooleanField("updatePresence", false);
      if (!scopes.isEmpty()) {
        writeArray(json, "scopes", scopes);
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return body.toByteArray();
  }

  private static void writeArray(JsonGenerator json, String name, List<String> values)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (String value : values) {
      json.writeString(value);
    }
    json.writeEndArray();
  }

  /**
   * Returns whether the tokens might have expired, even if a gateway says so: it might check them
   * for the agent.
   */
  private static boolean isUnauthorized(SymphonyException e) {
    return e.kind() == FailureKind.UNAUTHORIZED
        || (e.kind() == FailureKind.UNAVAILABLE && e.status() == 401);
  }

  private String traceId() {
    StringBuilder traceId = new StringBuilder(TRACE_LENGTH);
    for (int i = 0; i < TRACE_LENGTH; i++) {
      traceId.append(TRACE_ALPHABET.charAt(random.nextInt(TRACE_ALPHABET.length())));
    }
    return traceId.toString();
  }

  /** Cancels the reads and logins in progress; later ones fail. Does not wait. */
  @Override
  public void close() {
    http.close();
  }
}
