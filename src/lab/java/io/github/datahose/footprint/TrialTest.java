// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.footprint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.datahose.connect.DatahoseSourceTask;
import io.github.datahose.connect.PlayedWorker;
import io.github.datahose.connect.feed.FakeOffsetStorage;
import io.github.datahose.simulator.Simulator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

class TrialTest {
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private final AtomicBoolean ended = new AtomicBoolean();

  @Test
  void worksWhenTheAnswerIsAcknowledged() {
    Trial trial =
        new Trial(GivenAnswer.SMALL, (pod, heap) -> polling(pod, PlayedWorker::confirm), PATIENCE);

    assertThat(trial.works(64)).isTrue();
    assertThat(trial.answerBytes()).isBetween(5_000L, 50_000L);
    assertThat(ended).isTrue();
  }

  @Test
  void doesNotWorkWhenTheProcessEnds() {
    Trial trial =
        new Trial(
            GivenAnswer.SMALL,
            (pod, heap) -> new Trial.Subject(() -> false, () -> ended.set(true)),
            PATIENCE);

    assertThat(trial.works(64)).isFalse();
    assertThat(ended).isTrue();
  }

  @Test
  void doesNotWorkWhenTheProcessEndsWithTheAnswerInItsHands() {
    AtomicBoolean polled = new AtomicBoolean();
    Trial trial =
        new Trial(
            GivenAnswer.SMALL,
            (pod, heap) -> {
              Trial.Subject reader = polling(pod, (worker, record) -> polled.set(true));
              return new Trial.Subject(() -> !polled.get(), reader.end());
            },
            PATIENCE);

    assertThat(trial.works(64)).isFalse();
    assertThat(polled).isTrue();
    assertThat(ended).isTrue();
  }

  @Test
  void doesNotWorkWhenNothingIsRead() {
    Trial trial =
        new Trial(
            GivenAnswer.SMALL,
            (pod, heap) -> new Trial.Subject(() -> true, () -> ended.set(true)),
            Duration.ofMillis(200));

    assertThat(trial.works(64)).isFalse();
    assertThat(ended).isTrue();
  }

  @Test
  void tellsWhyNothingIsEnough() {
    Trial trial =
        new Trial(
            GivenAnswer.SMALL,
            (pod, heap) -> {
              throw new IllegalStateException("no archive");
            },
            PATIENCE);

    assertThatThrownBy(() -> trial.smallestHeap(8, 64, 4))
        .hasMessage("does not work with a heap of 64 MiB either")
        .satisfies(e -> assertThat(e.getSuppressed()[0]).hasMessage("no archive"));
  }

  @Test
  void givesEachHeapToWhatItStarts() {
    List<Integer> heaps = new ArrayList<>();
    Trial trial =
        new Trial(
            GivenAnswer.SMALL,
            (pod, heap) -> {
              heaps.add(heap);
              return new Trial.Subject(() -> false, () -> {});
            },
            PATIENCE);

    trial.works(64);
    trial.works(32);

    assertThat(heaps).containsExactly(64, 32);
  }

  /** A task that a thread of this JVM polls. */
  private Trial.Subject polling(Simulator pod, BiConsumer<PlayedWorker, SourceRecord> each) {
    Map<String, String> config = ConnectorConfig.of(pod.url(), "trial", Map.of());
    PlayedWorker worker =
        PlayedWorker.started(new DatahoseSourceTask(), config, new FakeOffsetStorage());
    Thread thread =
        new Thread(
            () -> {
              try {
                while (!Thread.currentThread().isInterrupted()) {
                  worker.poll().forEach(record -> each.accept(worker, record));
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "polls");
    thread.start();
    return new Trial.Subject(
        thread::isAlive,
        () -> {
          thread.interrupt();
          worker.close();
          ended.set(true);
        });
  }
}
