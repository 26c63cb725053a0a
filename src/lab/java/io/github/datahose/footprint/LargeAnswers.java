// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.footprint;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The heap that a large answer takes: the smallest with which it gets through, less the smallest
 * with which a small one does, as a multiple of the answer's bytes. Once for the reader alone, and
 * once for a real worker with its converter and producer.
 */
final class LargeAnswers {

  /** Of the heap by the answer's size. */
  static final double TARGET = 3;

  private static final double MIB = 1 << 20;

  /** No Java program of any size starts with so many MiB. */
  private static final int TOO_LITTLE = 8;

  private static final int ENOUGH_FOR_A_SMALL_ONE = 96;

  private final String name;
  private final Kind kind;
  private final Duration patience;
  private final int enough;
  private final int step;
  private final int small;
  private final List<FootprintRow> rows = new ArrayList<>();

  /** Starts what is tried with options of the connector. */
  interface Kind {
    Trial.Starter with(Map<String, String> options);
  }

  private LargeAnswers(String name, Kind kind, Duration patience, int enough, int step) {
    this.name = name;
    this.kind = kind;
    this.patience = patience;
    this.enough = enough;
    this.step = step;
    Trial trial = new Trial(GivenAnswer.SMALL, kind.with(Map.of()), patience);
    small = trial.smallestHeap(TOO_LITTLE, ENOUGH_FOR_A_SMALL_ONE, step);
    add(FootprintRow.of(heap(GivenAnswer.SMALL.toString()), small));
  }

  /** Measures with the reader alone; quick: fewer answers. */
  static List<FootprintRow> ofReaderAlone(boolean quick) {
    ReaderSubject reader = new ReaderSubject();
    LargeAnswers series =
        new LargeAnswers(
            "reader alone",
            options -> (pod, mebibytes) -> reader.start(pod, mebibytes, options),
            Duration.ofSeconds(60),
            448,
            8);
    series.measure(GivenAnswer.ORDINARY, false, false);
    series.measure(GivenAnswer.ORDINARY, true, false);
    if (!quick) {
      series.measure(GivenAnswer.LARGEST, false, false);
      series.measure(GivenAnswer.LARGEST, false, true);
      series.measure(GivenAnswer.LARGEST, true, true);
      series.measure(GivenAnswer.LARGEST_WITH_EMOJI, false, true);
      series.measure(GivenAnswer.LARGEST_WITH_EMOJI, true, true);
    }
    return series.rows;
  }

  /** Measures with a worker; quick: one answer. */
  static List<FootprintRow> ofWorker(boolean quick) {
    try (WorkerSubject worker = new WorkerSubject()) {
      LargeAnswers series =
          new LargeAnswers(
              "worker",
              options -> (pod, mebibytes) -> worker.start(pod, mebibytes, options),
              Duration.ofSeconds(120),
              448,
              16);
      series.measure(GivenAnswer.ORDINARY, false, false);
      if (!quick) {
        series.measure(GivenAnswer.ORDINARY, true, false);
        series.measure(GivenAnswer.LARGEST, false, true);
        series.measure(GivenAnswer.LARGEST_WITH_EMOJI, false, true);
      }
      return series.rows;
    }
  }

  private void measure(GivenAnswer answer, boolean asJson, boolean whole) {
    Map<String, String> options = new HashMap<>();
    StringBuilder what = new StringBuilder(answer.toString());
    if (asJson) {
      options.putAll(ConnectorConfig.JSON);
      what.append(", record.value=json");
    }
    if (whole) {
      options.putAll(WorkerSubject.WHOLE);
      what.append(", whole");
    }
    Trial trial = new Trial(answer, kind.with(options), patience);
    int heap = trial.smallestHeap(small - step, enough, step);
    add(FootprintRow.of(heap(what.toString()), heap));
    String multiple = "heap besides, by the answer's size: " + name + ", " + what;
    add(new FootprintRow(multiple, (heap - small) * MIB / trial.answerBytes(), TARGET));
  }

  private String heap(String what) {
    return "smallest heap, MiB: " + name + ", " + what;
  }

  private void add(FootprintRow row) {
    rows.add(row);
    System.out.println(row.cells());
  }
}
