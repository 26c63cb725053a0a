// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.launch;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.datahose.simulator.FeedTimes;
import io.github.datahose.simulator.LedgerSnapshot;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The control API of a simulator that runs elsewhere. Safe for use by several threads. */
public class SimulatorControl {
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final String url;

  /** Speaks to the simulator with this base URL, without a slash at its end. */
  public SimulatorControl(String url) {
    this.url = url;
  }

  /** Base URL of pod, key manager and agent. */
  public final String url() {
    return url;
  }

  /** Produces events of these types at a rate, in the background. */
  public final void produce(int count, int ratePerSecond, List<String> types) {
    post("produce", Map.of("count", count, "ratePerSecond", ratePerSecond, "types", types));
  }

  /** Produces events of these types at once, for the feed of one tag only. */
  public final void produce(int count, List<String> types, String tag) {
    post("produce", Map.of("count", count, "types", types, "tag", tag));
  }

  /** Produces events of these types at once, for each feed that wants them. */
  public final void produce(int count, List<String> types) {
    post("produce", Map.of("count", count, "types", types));
  }

  /** Changes, from the next read on, how many events an answer has and how late it comes. */
  public final void configure(int batchSize, Duration latency) {
    post("options", Map.of("batchSize", batchSize, "latencyMs", latency.toMillis()));
  }

  /**
   * Deletes all feeds with their events; waiting reads end, and the next ones create them again.
   */
  public final void forgetFeeds() {
    answer(HttpRequest.newBuilder(URI.create(url + "/control/feeds")).DELETE());
  }

  /** When the answers of the live feed with this tag were given and acknowledged. */
  public final FeedTimes times(String tag) {
    try (InputStream json =
        answer(HttpRequest.newBuilder(URI.create(url + "/control/times?tag=" + tag)))) {
      return FeedTimes.read(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Produces one event, byte for byte, for every feed that wants its type; without one, for all.
   */
  public final void produce(byte[] event) {
    answer(event("", event));
  }

  /** Produces one event, byte for byte, for every feed, whatever its type is. */
  public final void produceUnfiltered(byte[] event) {
    answer(event("?unfiltered", event));
  }

  private HttpRequest.Builder event(String query, byte[] event) {
    return HttpRequest.newBuilder(URI.create(url + "/control/events" + query))
        .POST(BodyPublishers.ofByteArray(event));
  }

  /** The ledger's totals; cheap. */
  public final LedgerSnapshot totals() {
    return ledger("");
  }

  /** The whole ledger, for an audit. */
  public final LedgerSnapshot ledger() {
    return ledger("?events=true");
  }

  private void post(String path, Map<String, ?> body) {
    answer(
        HttpRequest.newBuilder(URI.create(url + "/control/" + path))
            .POST(BodyPublishers.ofString(new ObjectMapper().valueToTree(body).toString())));
  }

  private LedgerSnapshot ledger(String query) {
    try (InputStream json =
        answer(HttpRequest.newBuilder(URI.create(url + "/control/ledger" + query)))) {
      return LedgerSnapshot.read(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private InputStream answer(HttpRequest.Builder request) {
    try {
      HttpResponse<InputStream> response =
          client.send(request.build(), BodyHandlers.ofInputStream());
      if (response.statusCode() / 100 != 2) {
        String text = new String(response.body().readAllBytes());
        throw new IllegalStateException(response.uri() + ": " + response.statusCode() + " " + text);
      }
      return response.body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted in a request to the simulator", e);
    }
  }
}
