// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.datahose.connect.delivery.Batch.TrackedRecord;
import io.github.datahose.connect.delivery.ReaderContext.Signal;
import io.github.datahose.connect.reader.ManualClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class RecordQueueTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final ManualClock clock = new ManualClock();
  private final RecordQueue queue = new RecordQueue(clock);

  @Test
  @Tag("invariant-3")
  void invariant3ReturnsBatchesOfAllReadersOnceInOneList() throws InterruptedException {
    queue.put(batch("a", "b"));
    queue.put(batch("c"));
    assertThat(queue.poll(Duration.ZERO))
        .extracting(SourceRecord::value)
        .containsExactly("a", "b", "c");
    assertThat(queue.poll(Duration.ZERO)).isNull();
  }

  @Test
  @Tag("invariant-3")
  void invariant3WaitsNoLongerThanRequested() throws InterruptedException {
    CompletableFuture<List<SourceRecord>> poll = pollInBackground(Duration.ofSeconds(1));
    clock.advance(Duration.ofMillis(999));
    await().until(clock::hasWaiter);
    assertThat(poll).isNotDone();
    clock.advance(Duration.ofMillis(1));
    assertThat(poll).succeedsWithin(PATIENCE).isNull();
  }

  @Test
  void endsWaitingPollWhenBatchArrives() throws InterruptedException {
    queue.put(batch("a"));
    assertThat(queue.poll(Duration.ofDays(1))).hasSize(1);
    CompletableFuture<List<SourceRecord>> poll = pollInBackground(Duration.ofDays(1));
    queue.put(batch("b"));
    assertThat(poll)
        .succeedsWithin(PATIENCE)
        .asInstanceOf(InstanceOfAssertFactories.list(SourceRecord.class))
        .extracting(SourceRecord::value)
        .containsExactly("b");
  }

  @Test
  @Tag("invariant-3")
  void invariant3EndsWaitingPollWhenClosed() throws InterruptedException {
    CompletableFuture<List<SourceRecord>> poll = pollInBackground(Duration.ofDays(1));
    queue.close();
    assertThat(poll).succeedsWithin(PATIENCE).isNull();
    assertThat(queue.poll(Duration.ofDays(1))).as("later ones too").isNull();
  }

  @Test
  @Tag("invariant-9")
  void invariant9ThrowsFirstFailureFromEachPoll() {
    ConnectException cause = new ConnectException("do this");
    queue.put(batch("a"));
    queue.fail(cause);
    queue.fail(new ConnectException("another"));
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> queue.poll(Duration.ofDays(1)))
          .isExactlyInstanceOf(ConnectException.class)
          .isNotSameAs(cause)
          .hasMessage("do this")
          .hasCause(cause);
    }
  }

  @Test
  @Tag("invariant-9")
  void invariant9EndsWaitingPollWithFailure() {
    CompletableFuture<List<SourceRecord>> poll = pollInBackground(Duration.ofDays(1));
    queue.fail(new ConnectException("do this"));
    assertThat(poll)
        .failsWithin(PATIENCE)
        .withThrowableOfType(ExecutionException.class)
        .withMessageContaining("do this");
  }

  @Test
  void acceptsCommitBeforeFirstPoll() throws InterruptedException {
    queue.commit();
    queue.put(batch("a"));
    assertThat(queue.poll(Duration.ZERO)).hasSize(1);
  }

  @Test
  @Tag("invariant-1")
  void invariant1SettlesHeartbeatOfDroppedTransactionByCommitAndPoll() throws InterruptedException {
    AtomicInteger runs = new AtomicInteger();
    Batch heartbeat = batch("beat");
    heartbeat.whenSettled(runs::incrementAndGet);
    queue.putStatus("reader", heartbeat);
    assertThat(queue.poll(Duration.ZERO)).hasSize(1);
    queue.poll(Duration.ZERO);
    assertThat(heartbeat.isSettled()).as("by a poll alone").isFalse();
    queue.commit();
    assertThat(heartbeat.isSettled()).as("by a commit alone").isFalse();
    assertThat(runs).hasValue(0);
    queue.poll(Duration.ZERO);
    assertThat(heartbeat.isSettled()).isTrue();
    assertThat(runs).as("what awaits the batch").hasValue(1);
    heartbeat.whenSettled(runs::incrementAndGet);
    assertThat(runs).as("at once").hasValue(2);
  }

  @Test
  @Tag("invariant-3")
  void invariant3ReturnsLatestStatusRecordOfEachNameInOrder() throws InterruptedException {
    Batch ledger = batch("ledger");
    queue.put(batch("events"));
    queue.putStatus("beat", batch("old"));
    queue.putStatus("ledger", ledger);
    queue.putStatus("beat", batch("new"));
    assertThat(ledger.isTaken()).isFalse();
    assertThat(queue.poll(Duration.ZERO))
        .extracting(SourceRecord::value)
        .containsExactly("ledger", "new", "events");
    assertThat(ledger.isTaken()).isTrue();
    assertThat(batch().isTaken()).as("without records").isFalse();
  }

  private CompletableFuture<List<SourceRecord>> pollInBackground(Duration atMost) {
    CompletableFuture<List<SourceRecord>> poll =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return queue.poll(atMost);
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    await().until(clock::hasWaiter);
    return poll;
  }

  @Test
  void settlesBatchWithoutRecordsAtOnce() {
    AtomicInteger runs = new AtomicInteger();
    Batch empty = batch();
    assertThat(empty.isSettled()).isTrue();
    empty.whenSettled(runs::incrementAndGet);
    assertThat(runs).hasValue(1);
  }

  private Batch batch(String... values) {
    Batch batch = new Batch(new Signal(clock));
    for (String value : values) {
      batch.add(
          new TrackedRecord(
              batch, Map.of(), Map.of(), "topic", null, Schema.STRING_SCHEMA, value, null, null));
    }
    return batch;
  }
}
