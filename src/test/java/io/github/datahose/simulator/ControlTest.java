// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.datahose.simulator.SimulatorClient.Reply;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ControlTest extends SimulatorFixture {

  ControlTest() {
    super(options -> options.batchSize(100));
  }

  @BeforeEach
  void makeFeed() throws Exception {
    read();
  }

  @Test
  void producesAtOnce() throws Exception {
    Reply reply = client.post("/control/produce", "{\"count\":30,\"types\":[\"MESSAGESENT\"]}");
    assertThat(reply.status()).isEqualTo(200);
    assertThat(read().messageIds()).hasSize(30);
  }

  @Test
  void producesAtGivenRate() throws Exception {
    long begin = System.nanoTime();
    Reply reply =
        client.post(
            "/control/produce", "{\"count\":50,\"ratePerSecond\":200,\"types\":[\"MESSAGESENT\"]}");
    assertThat(reply.status()).isEqualTo(202);
    await().until(() -> totals().produced() == 50);
    assertThat(since(begin)).isGreaterThan(Duration.ofMillis(249));
  }

  @Test
  void producesFromStartWhenConfigured() throws Exception {
    assertThat(totals().produced()).isZero();
    try (Simulator busy = Simulator.start(SimulatorOptions.defaults().rate(200.5))) {
      SimulatorClient.loggedIn(busy).read("tag", "");
      await().until(() -> busy.ledger().totals().delivered() > 0);
    }
  }

  @Test
  void producesGivenEventByteForByte() throws Exception {
    String event = "{\"type\":\"MESSAGESENT\", \"messageId\":\"given\"}";
    assertThat(client.post("/control/events", event).status()).isEqualTo(200);
    assertThat(client.post("/control/events?unfiltered", "{\"messageId\":\"odd\"}").status())
        .isEqualTo(200);

    Reply read = read();
    assertThat(read.text()).contains(event);
    assertThat(read.messageIds()).containsExactly("given", "odd");
  }

  @Test
  void setsAndClearsFaults() throws Exception {
    Reply reply =
        client.post(
            "/control/faults",
            """
            [{"status": 429, "headers": {"Retry-After": "3"}, "body": "later", "times": 2},
             {"kind": "delayed", "delayMs": 1, "times": 1},
             {"status": 500, "durationMs": 60000, "path": "/agent/v3/health"}]
            """);
    assertThat(reply.json().path("added").asInt()).isEqualTo(3);
    assertThat(read().text()).isEqualTo("later");
    assertThat(read().status()).isEqualTo(429);
    assertThat(simulator.requests().last().answerHeaders()).containsEntry("Retry-After", "3");
    assertThat(read().status()).isEqualTo(200);
    assertThat(client.get("/agent/v3/health").status()).isEqualTo(500);
    client.delete("/control/faults");
    assertThat(client.get("/agent/v3/health").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "faults | | fields among kind, path, times, durationMs, delayMs, status, headers, body",
        "faults | 7 | fields among kind, path, times, durationMs, delayMs, status, headers, body",
        "faults | null | fields among kind, path",
        "faults | {'status':500 | JSON ... line 1, column",
        "faults | {status:500} | JSON ... line 1, column 2",
        "faults | {} | the status of the answer",
        "faults | [null] | a fault, or an array of faults",
        "faults | {'status':7} | the status of the answer",
        "faults | {'status':'high'} | status as a number",
        "faults | {'status':99999999999} | status as a number",
        "faults | {'status':500,'times':{}} | times as a number",
        "faults | {'status':500,'body':{}} | body as text",
        "faults | {'status':500,'headers':7} | headers as an object of texts",
        "faults | {'status':500,'headers':{'A':null}} | headers as an object of texts",
        "faults | {'status':500,'headers':{'A':{}}} | headers as an object of texts",
        "faults | {'kind':'flood'} | kind as one of ANSWER, TRUNCATED, WITHOUT_ACK_ID, CLOSED, LOST",
        "faults | {'kind':3} | kind as one of ANSWER, TRUNCATED",
        "faults | {'kind':'3'} | kind as one of ANSWER, TRUNCATED",
        "faults | [{'status':500},{}] | the status of the answer",
        "faults | {'status':500,'delay':1} | fields among kind, path, times, durationMs, delayMs",
        "produce | | fields among count, types, ratePerSecond, tag",
        "produce | {'count':1,'types':['MESSAGESENT' 'X']} | JSON ... line 1, column",
        "produce | {count:1} | JSON ... line 1, column 2",
        "produce | {} | a count above 0",
        "produce | null | fields among count, types, ratePerSecond, tag",
        "produce | [] | fields among count, types, ratePerSecond, tag",
        "produce | {'count':0} | a count above 0",
        "produce | {'count':'many'} | count as a number",
        "produce | {'count':1,'ratePerSecond':[]} | ratePerSecond as a number",
        "produce | {'count':1,'types':['NEW']} | types among ... MESSAGESENT",
        "produce | {'count':1,'types':[null]} | types among ... MESSAGESENT",
        "produce | {'count':1,'types':'MESSAGESENT'} | types as an array of texts",
        "produce | {'count':1,'rate':5} | fields among count, types, ratePerSecond, tag",
        "options | {'latencyMs':1} | a batchSize above 0",
        "options | {'batchSize':1,'latency':1} | fields among batchSize, latencyMs"
      })
  void rejectsInvalidRequestWithExpectedFields(String request, String body, String says)
      throws Exception {
    String json = body == null ? "" : body.replace('\'', '"');
    Reply reply = client.post("/control/" + request, json);
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.json().path("message").asText())
        .startsWith("Give ")
        .containsSubsequence(says.split(" \\.\\.\\. "))
        .doesNotContain("java", "io.github", "ToP", "ToSet", "Fault");
    assertThat(simulator.faults().pending()).isFalse();
    assertThat(totals().produced()).isZero();
  }

  @Test
  void returnsTotalsAndEventsOnlyWhenRequested() throws Exception {
    produce(3);
    String ackId = read().ackId();
    client.read("tag", ackId);
    Reply totals = client.get("/control/ledger");
    assertThat(totals.json().path("produced").asInt()).isEqualTo(3);
    assertThat(totals.json().at("/feeds/0/acknowledged").asInt()).isEqualTo(3);
    assertThat(totals.json().at("/feeds/0").has("messageIds")).isFalse();
    Reply complete = client.get("/control/ledger?events=true");
    LedgerSnapshot snapshot =
        LedgerSnapshot.read(
            new ByteArrayInputStream(complete.text().getBytes(StandardCharsets.UTF_8)));
    List<Audit.Entry> topic =
        Stream.of(snapshot.feeds().get(0).messageIds())
            .map(id -> new Audit.Entry("k", id))
            .toList();
    assertThat(Audit.of(snapshot, topic).ok()).isTrue();
    assertThat(snapshot.feeds().get(0).acknowledgedAnswers()).containsExactly(0);
  }

  @Test
  void producesForFeedOfOneTag() throws Exception {
    client.read("other", "");
    client.post("/control/produce", "{\"count\":3,\"types\":[\"MESSAGESENT\"],\"tag\":\"other\"}");
    assertThat(read().messageIds()).isEmpty();
    assertThat(client.read("other", "").messageIds()).hasSize(3);
  }

  @Test
  void changesBatchSizeAndLatency() throws Exception {
    produce(10);
    client.post("/control/options", "{\"batchSize\":4,\"latencyMs\":200}");
    long begin = System.nanoTime();
    assertThat(read().messageIds()).hasSize(4);
    assertThat(since(begin)).isGreaterThan(Duration.ofMillis(199));
  }

  @Test
  void returnsTimesOfResponsesAndAcknowledgments() throws Exception {
    produce(3);
    String ackId = read().ackId();
    produce(2);
    String notAcknowledged = client.read("tag", ackId).ackId();
    assertThat(notAcknowledged).isNotEmpty();
    FeedTimes times =
        FeedTimes.read(
            new ByteArrayInputStream(
                client.get("/control/times?tag=tag").text().getBytes(StandardCharsets.UTF_8)));
    assertThat(times.events()).containsExactly(3);
    assertThat(times.acknowledgedAt()[0]).isGreaterThan(times.deliveredAt()[0]);
    assertThat(client.get("/control/times?tag=unknown").status()).isEqualTo(404);
  }

  @Test
  void deletesFeedsWithTheirEvents() throws Exception {
    produce(3);
    client.delete("/control/feeds");
    assertThat(client.get("/control/ledger").json().path("produced").asInt()).isZero();
    assertThat(client.get("/control/ledger").json().path("feeds")).isEmpty();
    assertThat(read().messageIds()).isEmpty();
  }

  @Test
  void expiresTokens() throws Exception {
    client.post("/control/tokens/expire", "");
    assertThat(read().status()).isEqualTo(401);
  }

  @Test
  void isNotRecordedAsRequest() throws Exception {
    client.get("/control/ledger");
    assertThat(simulator.requests()).noneMatch(request -> request.path().startsWith("/control"));
  }
}
