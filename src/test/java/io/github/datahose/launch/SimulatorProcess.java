// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.launch;

import static org.awaitility.Awaitility.await;

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
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The simulator's artifact in a process of its own, spoken to by its control API. Its feeds outlive
 * the worker, as those of a real pod do. Safe for use by several threads.
 */
public final class SimulatorProcess implements AutoCloseable {
  private static final String READY = "Simulator listens on ";

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final JavaProcess process;
  private final String url;

  private SimulatorProcess(JavaProcess process, String url) {
    this.process = process;
    this.url = url;
  }

  /**
   * Starts it and waits until it listens.
   *
   * @param log the file for its output; new
   * @param options as its main class takes them, such as {@code --batch-size=10}
   */
  public static SimulatorProcess start(Jvm jvm, Path log, String... options) {
    JavaProcess process =
        JavaProcess.start(
            // Otherwise the JDK's HttpServer delays small answers by 40 ms.
            jvm.with("-Dsun.net.httpserver.nodelay=true"),
            List.of(Build.simulatorJar()),
            "io.github.datahose.simulator.SimulatorMain",
            List.of(options),
            log);
    try {
      Optional<String> ready =
          await("simulator listens")
              .atMost(Duration.ofSeconds(30))
              .pollInterval(Duration.ofMillis(50))
              .until(
                  () -> {
                    process.requireAlive();
                    return process.output().lines().filter(l -> l.startsWith(READY)).findFirst();
                  },
                  Optional::isPresent);
      return new SimulatorProcess(process, ready.get().substring(READY.length()));
    } catch (RuntimeException e) {
      process.close();
      throw e;
    }
  }

  /** Base URL of pod, key manager and agent. */
  public String url() {
    return url;
  }

  /** Produces events of these types at a rate, in the background. */
  public void produce(int count, int ratePerSecond, List<String> types) {
    post("produce", Map.of("count", count, "ratePerSecond", ratePerSecond, "types", types));
  }

  /** Produces events of these types at once, for the feed of one tag only. */
  public void produce(int count, List<String> types, String tag) {
    post("produce", Map.of("count", count, "types", types, "tag", tag));
  }

  /** Produces events of these types at once, for each feed that wants them. */
  public void produce(int count, List<String> types) {
    post("produce", Map.of("count", count, "types", types));
  }

  /** Changes, from the next read on, how many events an answer has and how late it comes. */
  public void configure(int batchSize, Duration latency) {
    post("options", Map.of("batchSize", batchSize, "latencyMs", latency.toMillis()));
  }

  /**
   * Deletes all feeds and forgets them; the reads that wait end, and the next ones make them anew.
   */
  public void forgetFeeds() {
    answer(HttpRequest.newBuilder(URI.create(url + "/control/feeds")).DELETE());
  }

  /** When the answers of the live feed with this tag were given and acknowledged. */
  public FeedTimes times(String tag) {
    try (InputStream json =
        answer(HttpRequest.newBuilder(URI.create(url + "/control/times?tag=" + tag)))) {
      return FeedTimes.read(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The ledger's totals; cheap. */
  public LedgerSnapshot totals() {
    return ledger("");
  }

  /** The whole ledger, for an audit. */
  public LedgerSnapshot ledger() {
    return ledger("?events=true");
  }

  /** Kills it. */
  @Override
  public void close() {
    process.close();
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
