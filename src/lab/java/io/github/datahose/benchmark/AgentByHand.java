// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/**
 * The agent as one would read it by hand, without any care for what may go wrong. Not thread-safe.
 */
final class AgentByHand {

  private static final MediaType JSON = MediaType.get("application/json");

  private final OkHttpClient http =
      new OkHttpClient.Builder().readTimeout(60, TimeUnit.SECONDS).build();
  private final Request.Builder request;
  private final String feed;

  /**
   * An agent and the feed of who writes to a topic.
   *
   * @param types with commas between them
   */
  AgentByHand(String pod, String topic, String types, String sessionToken, String keyManagerToken) {
    request =
        new Request.Builder()
            .url(pod + "/agent/v5/events/read")
            .header("sessionToken", sessionToken)
            .header("keyManagerToken", keyManagerToken);
    feed =
        "{\"type\":\"datahose\",\"tag\":\"%s.all\",\"eventTypes\":[\"%s\"]"
            .formatted(topic, types.replace(",", "\",\""));
  }

  /** Reads on and returns the answer's body. */
  byte[] read(String ackId) throws IOException {
    RequestBody body = RequestBody.create(feed + ",\"ackId\":\"" + ackId + "\"}", JSON);
    try (Response response = http.newCall(request.post(body).build()).execute()) {
      if (response.code() != 200) {
        throw new IOException("The agent answered " + response.code());
      }
      return response.body().bytes();
    }
  }
}
