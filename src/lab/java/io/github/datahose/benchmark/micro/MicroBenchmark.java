// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark.micro;

import io.github.datahose.benchmark.Machine;
import io.github.datahose.benchmark.OwnProcess;
import io.github.datahose.launch.Build;
import io.github.datahose.launch.Report;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
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

  private final boolean quick;
  private final Path directory = Build.newDirectory("jmh");
  private final Report report = new Report("jmh");

  private MicroBenchmark(boolean quick) {
    this.quick = quick;
  }

  /** Runs it; see the class. */
  public static void main(String[] arguments) {
    new MicroBenchmark(!System.getProperty("quick", "false").equals("false")).run();
  }

  private void run() {
    double load = Machine.load();
    shareClassPath();
    List<Cost> measured = new ArrayList<>();
    for (Step step : Step.values()) {
      measured.add(Cost.settled(warmUp -> measure(step, warmUp)));
    }
    Costs costs = new Costs(measured);
    costs.rows().forEach(report::row);
    report.write(costs.ok(), Machine.describe(load) + "\n\n" + introduction());
    System.out.println(report.table());
    if (!costs.ok()) {
      throw new IllegalStateException(
          "A step allocates more than its budget, see the report. Find what it holds on to or"
              + " copies; or raise the budget in Step and in docs/performance.md, and say why.");
    }
  }

  private String introduction() {
    return (quick ? "A fork of 3 iterations of 0.2 s" : "Two forks of 4 iterations of 1 s")
        + " for each step, on one thread; answers of "
        + Given.EVENTS
        + " events. error: half of the 99.9 % confidence interval of eventsPerSecond. ratio and"
        + " bytesRatio: to the Jackson tree.";
  }

  /** With the class path that JMH gives to its forks: of this JVM it is that of Maven alone. */
  private static void shareClassPath() {
    System.setProperty(
        "java.class.path",
        OwnProcess.classPath().stream()
            .map(Path::toString)
            .collect(Collectors.joining(File.pathSeparator)));
  }

  private Cost measure(Step step, int warmUp) {
    RunResult result;
    try {
      result = new Runner(options(step, warmUp).build()).runSingle();
    } catch (RunnerException e) {
      throw new IllegalStateException(step + " could not be measured, see " + log(step), e);
    }
    Result<?> bytes = result.getSecondaryResults().get(BYTES);
    Cost cost =
        new Cost(
            step,
            result.getPrimaryResult().getScore(),
            result.getPrimaryResult().getScoreError(),
            bytes == null ? Double.NaN : bytes.getScore());
    System.out.printf(
        Locale.ROOT,
        "%s: %.0f events/s, %.0f bytes an event%s%n",
        step.text(),
        cost.eventsPerSecond(),
        cost.bytesPerEvent(),
        cost.isWithinBudget() ? "" : ", over its budget of " + step.budget());
    return cost;
  }

  private Path log(Step step) {
    return directory.resolve(step.name().toLowerCase(Locale.ROOT) + ".log");
  }

  private ChainedOptionsBuilder options(Step step, int warmUp) {
    return new OptionsBuilder()
        .include("^" + Pattern.quote(step.benchmark()) + "$")
        .addProfiler(GCProfiler.class)
        .shouldFailOnError(true)
        .output(log(step).toString())
        .jvmArgs("-Xms512m", "-Xmx512m", "-XX:+UseG1GC")
        .forks(quick ? 1 : 2)
        .warmupIterations(quick ? 2 : 3)
        .warmupTime(TimeValue.milliseconds(warmUp * (quick ? 500 : 1000)))
        .measurementIterations(quick ? 3 : 4)
        .measurementTime(TimeValue.milliseconds(quick ? 200 : 1000));
  }
}
