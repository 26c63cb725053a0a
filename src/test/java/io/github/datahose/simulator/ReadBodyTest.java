// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadBodyTest {

  private static final Agent.Version NEWEST = new Agent.Version(26, 3);

  private static RecordedRequest request(String body, String contentType) {
    return new RecordedRequest(
        "POST",
        Requests.READ,
        "",
        Map.of("Content-Type", List.of(contentType)),
        body.getBytes(StandardCharsets.UTF_8),
        null,
        Instant.EPOCH,
        new RecordedRequest.Outcome());
  }

  private static ReadBody read(String body, Agent.Version version) throws Refusal {
    return ReadBody.of(request(body.replace('\'', '"'), "application/json"), version);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no json",
        "[]",
        "{'tag':'t','eventTypes':['MESSAGESENT']}",
        "{'type':'fanout','tag':'t','eventTypes':['MESSAGESENT']}",
        "{'type':'datahose','eventTypes':['MESSAGESENT']}",
        "{'type':'datahose','tag':'','eventTypes':['MESSAGESENT']}",
        "{'type':'datahose','tag':7,'eventTypes':['MESSAGESENT']}",
        "{'type':'datahose','tag':'t'}",
        "{'type':'datahose','tag':'t','eventTypes':[]}",
        "{'type':'datahose','tag':'t','eventTypes':'MESSAGESENT'}",
        "{'type':'datahose','tag':'t','eventTypes':[1]}",
        "{'type':'datahose','tag':'t','eventTypes':['MESSAGE_SENT']}",
        "{'type':'datahose','tag':'t','eventTypes':['MESSAGESENT'],'scopes':['OUTER']}",
        "{'type':'datahose','tag':'t','eventTypes':['MESSAGESENT'],'ackId':null}",
        "{'type':'datahose','tag':'t','eventTypes':['MESSAGESENT'],'ackId':7}",
        "{'type':'datahose','tag':'t','eventTypes':['MESSAGESENT'],'ackId':'malformed'}",
        "{'type':'datahose','tag':'t','eventTypes':['MESSAGESENT'],'updatePresence':'no'}"
      })
  void refusesWhatIsNotDocumented(String body) {
    assertThatThrownBy(() -> read(body, NEWEST))
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.answer().status()).isEqualTo(400));
  }

  @Test
  void refusesATagLongerThan80Characters() throws Exception {
    String body = "{'type':'datahose','tag':'%s','eventTypes':['MESSAGESENT']}";
    assertThat(read(body.formatted("t".repeat(80)), NEWEST).tag()).hasSize(80);
    assertThatThrownBy(() -> read(body.formatted("t".repeat(81)), NEWEST))
        .hasMessageContaining("80");
  }

  @Test
  void refusesAnotherContentType() {
    String body = "{\"type\":\"datahose\",\"tag\":\"t\",\"eventTypes\":[\"MESSAGESENT\"]}";
    assertThatThrownBy(() -> ReadBody.of(request(body, "text/plain"), NEWEST))
        .hasMessageContaining("Content-Type");
  }

  @Test
  void readsTheWholeBodyAndIgnoresWhatItDoesNotKnow() throws Exception {
    Batch.AckId ackId = new Batch.AckId(UUID.randomUUID(), 3);
    ReadBody body =
        read(
            "{'type':'datahose','tag':'t','eventTypes':['ROOMCREATED','MESSAGESENT'],"
                + "'scopes':['EXTERNAL','INTERNAL'],'updatePresence':false,'other':[1],'ackId':'"
                + ackId.encoded()
                + "'}",
            NEWEST);
    assertThat(body.eventTypes()).containsExactly("MESSAGESENT", "ROOMCREATED");
    assertThat(body.scopes()).containsExactly("EXTERNAL", "INTERNAL");
    assertThat(body.ackId()).contains(ackId);
  }

  @Test
  void anEmptyAckIdIsAFirstRead() throws Exception {
    String body = "{'type':'datahose','tag':'t','eventTypes':['MESSAGESENT'],'ackId':''}";
    assertThat(read(body, NEWEST).ackId()).isEmpty();
  }

  @Test
  void anAgentBefore25x8DoesNotKnowScopes() throws Exception {
    String body =
        "{'type':'datahose','tag':'t','eventTypes':['MESSAGESENT'],'scopes':['EXTERNAL']}";
    assertThat(read(body, new Agent.Version(25, 7)).scopes()).isEmpty();
    assertThat(read(body, new Agent.Version(25, 8)).scopes()).containsExactly("EXTERNAL");
  }

  @Test
  void anAgentBefore22x7WantsFiltersInstead() throws Exception {
    String body = "{'type':'datahose','tag':'t','eventTypes':['MESSAGESENT']}";
    assertThatThrownBy(() -> read(body, new Agent.Version(22, 6))).hasMessageContaining("filter");
    assertThat(read(body, new Agent.Version(22, 7)).eventTypes()).hasSize(1);
  }
}
