// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.footprint;

import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.launch.Jvm;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The heap that a large answer takes: the smallest with which it gets through, less the smallest
 * with which a small one does, as a multiple of the answer's bytes. Once for the reader alone, and
 * once for a real worker with its producer.
 */
final class LargeAnswers {

  /** Of the heap by the answer's size. */
  static final double TARGET = 3;

  private static final String TOPIC = "large";
  private static final double MIB = 1 << 20;
  private static final Map<String, String> STRUCT = Map.of();
  private static final Map<String, String> JSON =
      Map.of(
          "record.value",
          "json",
          "value.converter",
          "org.apache.kafka.connect.storage.StringConverter");
  private static final int ENOUGH = 1024;

  private final boolean quick;
  private final Subjects subjects;
  private final List<FootprintRow> rows = new ArrayList<>();

  private LargeAnswers(boolean quick, ConnectCluster broker) {
    this.quick = quick;
    subjects = new Subjects(broker);
  }

  /** Measures; quick: fewer answers, and less exactly. */
  static List<FootprintRow> rows(boolean quick) {
    // Its own worker idles: only the broker is needed.
    try (ConnectCluster broker =
        ConnectCluster.named("footprint-large").jvm(Jvm.current()).workers(0).start()) {
      broker
          .broker()
          .createTopic(
              TOPIC,
              1,
              Map.of(
                  "max.message.bytes",
                  Integer.toString(8 << 20),
                  "segment.bytes",
                  "134217728",
                  "retention.bytes",
                  "268435456"));
      LargeAnswers all = new LargeAnswers(quick, broker);
      all.readerAlone();
      all.worker();
      return all.rows;
    }
  }

  private void readerAlone() {
    Series series =
        new Series(
            "reader alone",
            options -> (pod, mebibytes) -> subjects.readerAlone(pod, mebibytes, options),
            Duration.ofSeconds(30),
            8,
            quick ? 4 : 1);
    series.measure(GivenAnswer.ORDINARY, STRUCT, false);
    series.measure(GivenAnswer.ORDINARY, JSON, false);
    if (!quick) {
      series.measure(GivenAnswer.LARGEST, STRUCT, false);
      series.measure(GivenAnswer.LARGEST, JSON, false);
      series.measure(GivenAnswer.LARGEST, STRUCT, true);
      series.measure(GivenAnswer.LARGEST, JSON, true);
      series.measure(GivenAnswer.LARGEST_WITH_EMOJI, STRUCT, true);
      series.measure(GivenAnswer.LARGEST_WITH_EMOJI, JSON, true);
      series.measure(GivenAnswer.ONE_LARGEST, STRUCT, true);
    }
  }

  private void worker() {
    Series series =
        new Series(
            "worker",
            options -> (pod, mebibytes) -> subjects.worker(pod, mebibytes, TOPIC, options),
            Duration.ofSeconds(60),
            16,
            quick ? 16 : 4);
    series.measure(GivenAnswer.ORDINARY, STRUCT, false);
    if (!quick) {
      series.measure(GivenAnswer.ORDINARY, JSON, false);
      series.measure(GivenAnswer.LARGEST, STRUCT, true);
      series.measure(GivenAnswer.LARGEST_WITH_EMOJI, STRUCT, true);
      series.measure(GivenAnswer.LARGEST_WITH_EMOJI, JSON, true);
    }
  }

  /** Starts what is tried with options of the connector. */
  private interface Kind {
    Trial.Starter with(Map<String, String> options);
  }

  /** Measurements of one kind, beside that of a small answer. */
  private final class Series {
    private final String name;
    private final Kind kind;
    private final Duration patience;
    private final int step;
    private final int small;

    Series(String name, Kind kind, Duration patience, int tooLittle, int step) {
      this.name = name;
      this.kind = kind;
      this.patience = patience;
      this.step = step;
      Trial trial = new Trial(GivenAnswer.SMALL, kind.with(STRUCT), patience);
      small = trial.smallestHeap(tooLittle, ENOUGH / 2, step);
      add(FootprintRow.of(heap(GivenAnswer.SMALL.toString()), small));
    }

    void measure(GivenAnswer answer, Map<String, String> value, boolean whole) {
      Map<String, String> options = new HashMap<>(value);
      if (whole) {
        options.putAll(Subjects.WHOLE);
      }
      String what =
          answer
              + (value == JSON ? ", record.value=json" : "")
              + (whole ? ", max.request.size raised" : "");
      Trial trial = new Trial(answer, kind.with(options), patience);
      int heap = trial.smallestHeap(small - step, ENOUGH, step);
      add(FootprintRow.of(heap(what), heap));
      if (answer != GivenAnswer.ONE_LARGEST) {
        double multiple = (heap - small) * MIB / trial.answerBytes();
        add(
            new FootprintRow(
                "heap besides, as a multiple of the answer: " + name + ", " + what,
                multiple,
                TARGET));
      }
    }

    private String heap(String what) {
      return "smallest heap, MiB: " + name + ", " + what;
    }
  }

  private void add(FootprintRow row) {
    rows.add(row);
    System.out.println(row.cells());
  }
}
