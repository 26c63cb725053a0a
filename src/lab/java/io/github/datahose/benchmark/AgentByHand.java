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
  private final String url;
  private final String feed;

  /**
   * An agent and a feed there.
   *
   * @param types with commas between them
   */
  AgentByHand(String pod, String tag, String types) {
    url = pod + "/agent/v5/events/read";
    feed =
        "{\"type\":\"datahose\",\"tag\":\"%s\",\"eventTypes\":[\"%s\"]"
            .formatted(tag, types.replace(",", "\",\""));
  }

  /**
   * Reads on.
   *
   * @return the answer's body
   */
  byte[] read(String ackId, String sessionToken, String keyManagerToken) throws IOException {
    Request request =
        new Request.Builder()
            .url(url)
            .header("sessionToken", sessionToken)
            .header("keyManagerToken", keyManagerToken)
            .post(RequestBody.create(feed + ",\"ackId\":\"" + ackId + "\"}", JSON))
            .build();
    try (Response response = http.newCall(request).execute()) {
      if (response.code() != 200) {
        throw new IOException("The agent answered " + response.code());
      }
      return response.body().bytes();
    }
  }
}
