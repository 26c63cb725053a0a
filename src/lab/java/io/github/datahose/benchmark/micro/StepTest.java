// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark.micro;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.connect.feed.BatchBenchmark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.openjdk.jmh.annotations.Benchmark;

class StepTest {

  @Test
  void eachBenchmarkIsAStep() {
    assertThat(
            Stream.of(EventBenchmark.class, BatchBenchmark.class)
                .flatMap(benchmark -> Arrays.stream(benchmark.getMethods()))
                .filter(method -> method.isAnnotationPresent(Benchmark.class))
                .map(method -> method.getDeclaringClass().getName() + "." + method.getName()))
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(Step.values()).map(Step::benchmark).toList());
  }

  @ParameterizedTest
  @EnumSource
  void theDocumentationStatesItsBudget(Step step) throws IOException {
    String budget =
        step.budget() == null ? "none" : String.format(Locale.ROOT, "%,d", step.budget());
    Pattern line = Pattern.compile("\\| " + step.text() + " \\| [^|]+ \\| ([^|]+) \\|");
    assertThat(
            Files.readAllLines(Path.of("docs", "performance.md")).stream()
                .map(line::matcher)
                .filter(Matcher::matches)
                .map(matcher -> matcher.group(1)))
        .containsExactly(budget);
  }
}
