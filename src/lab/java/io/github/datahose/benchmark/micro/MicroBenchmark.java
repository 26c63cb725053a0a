// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark.micro;

import io.github.datahose.benchmark.Machine;
import io.github.datahose.benchmark.OwnProcess;
import io.github.datahose.benchmark.Row;
import io.github.datahose.launch.Build;
import io.github.datahose.launch.Report;
import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Measures each {@link Step} with JMH, in JVMs of its own. Fails when one allocates more than its
 * budget; how fast it is is told only.
 *
 * <p>System property {@code quick} for shorter runs. Writes the report {@code jmh}.
 */
public final class MicroBenchmark {

  private static final String BYTES = "gc.alloc.rate.norm";

  private static final boolean QUICK = !System.getProperty("quick", "false").equals("false");
  private static final Path DIRECTORY = Build.newDirectory("jmh");

  private MicroBenchmark() {}

  /** Runs it; see the class. */
  public static void main(String[] arguments) {
    Report report = new Report("jmh");
    double load = Machine.load();
    shareClassPath();
    List<Step.Cost> costs = Stream.of(Step.values()).map(MicroBenchmark::measure).toList();
    Step.Cost tree = costs.get(Step.JACKSON_TREE.ordinal());
    costs.forEach(cost -> report.row(cost.cells(tree)));
    boolean ok = costs.stream().allMatch(Step.Cost::isWithinBudget);
    report.write(
        ok,
        Machine.describe(load)
            + (QUICK
                ? "\n\nA fork of 5 iterations of 0.2 s"
                : "\n\nTwo forks of 4 iterations of 1 s")
            + " for each step, on one thread; answers of "
            + EventBenchmark.EVENTS
            + " events. error: half of the 99.9 % confidence interval of eventsPerSecond. ratio and"
            + " bytesRatio: to the Jackson tree.");
    System.out.println(report.table());
    if (!ok) {
      throw new IllegalStateException(
          "A step allocates more than its budget, see the report. Find what it holds on to or"
              + " copies; or raise the budget in Step, and say why.");
    }
  }

  /** With the class path that JMH gives to its forks: of this JVM it is that of Maven alone. */
  private static void shareClassPath() {
    System.setProperty(
        "java.class.path",
        OwnProcess.classPath().stream()
            .map(Path::toString)
            .collect(Collectors.joining(File.pathSeparator)));
  }

  private static Step.Cost measure(Step step) {
    RunResult result;
    try {
      result = new Runner(options(step).build()).runSingle();
    } catch (RunnerException e) {
      throw new IllegalStateException(step + " could not be measured, see " + log(step), e);
    }
    Step.Cost cost =
        new Step.Cost(
            step,
            result.getPrimaryResult().getScore(),
            result.getPrimaryResult().getScoreError(),
            bytes(result));
    System.out.printf(
        Locale.ROOT,
        "%s: %.0f events/s, %.0f bytes an event%s%n",
        step.text(),
        cost.eventsPerSecond(),
        cost.bytesPerEvent(),
        cost.isWithinBudget() ? "" : ", over its budget of " + step.budget());
    return cost;
  }

  /** The median of the iterations: in one of them something may not be compiled yet. */
  private static double bytes(RunResult result) {
    List<Double> iterations =
        result.getBenchmarkResults().stream()
            .flatMap(fork -> fork.getIterationResults().stream())
            .flatMap(iteration -> Stream.ofNullable(iteration.getSecondaryResults().get(BYTES)))
            .map(bytes -> bytes.getScore())
            .toList();
    return iterations.isEmpty() ? Double.NaN : Row.median(iterations);
  }

  private static Path log(Step step) {
    return DIRECTORY.resolve(step.name().toLowerCase(Locale.ROOT) + ".log");
  }

  private static ChainedOptionsBuilder options(Step step) {
    return new OptionsBuilder()
        .include("^" + Pattern.quote(step.benchmark()) + "$")
        .addProfiler(GCProfiler.class)
        .shouldFailOnError(true)
        .output(log(step).toString())
        // Batch: code waits until it is compiled, so that the compiler is in time on a busy
        // machine.
        .jvmArgs("-Xms512m", "-Xmx512m", "-XX:+UseG1GC", "-Xbatch")
        .forks(QUICK ? 1 : 2)
        .warmupIterations(QUICK ? 2 : 3)
        .warmupTime(TimeValue.milliseconds(QUICK ? 500 : 1000))
        .measurementIterations(QUICK ? 5 : 4)
        .measurementTime(TimeValue.milliseconds(QUICK ? 200 : 1000));
  }
}
