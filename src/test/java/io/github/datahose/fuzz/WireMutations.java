// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.fuzz;

import io.github.datahose.fuzz.AnswerMutation.Kind;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Spoils how an answer is transferred, and the connection; two ways of it are sound. */
final class WireMutations {

  private final Spoiling spoiling;

  WireMutations(Spoiling spoiling) {
    this.spoiling = spoiling;
  }

  Map<String, Kind> kinds() {
    Map<String, Kind> kinds = new LinkedHashMap<>();
    kinds.put("gzip", answer -> answer.gzip = true);
    kinds.put("gzip, broken", this::brokenGzip);
    kinds.put("chunks", this::chunks);
    kinds.put("chunks, broken", this::brokenChunks);
    kinds.put("no length", this::noLength);
    kinds.put("closed in the midst", answer -> spoil(answer, spoiling::cut));
    kinds.put("reset in the midst", this::reset);
    kinds.put("flipped anywhere", answer -> spoil(answer, spoiling::flipped));
    kinds.put("inserted anywhere", answer -> spoil(answer, spoiling::inserted));
    kinds.put("deleted anywhere", answer -> spoil(answer, spoiling::deleted));
    kinds.put(AnswerMutation.TWICE, answer -> answer.wire = WireMutations::twice);
    return kinds;
  }

  private void brokenGzip(WireAnswer answer) {
    answer.gzip = true;
    answer.transfer = anything();
  }

  private void chunks(WireAnswer answer) {
    answer.framing = WireAnswer.Framing.CHUNKED;
    answer.chunk = spoiling.pick(List.of(7, 1_000, 100_000));
  }

  private void brokenChunks(WireAnswer answer) {
    chunks(answer);
    spoil(answer, anything());
  }

  private void noLength(WireAnswer answer) {
    answer.framing = WireAnswer.Framing.CLOSE;
    answer.closes = true;
  }

  private void reset(WireAnswer answer) {
    spoil(answer, spoiling::cut);
    answer.resets = true;
  }

  private static byte[] twice(byte[] whole) {
    byte[] twice = Arrays.copyOf(whole, 2 * whole.length);
    System.arraycopy(whole, 0, twice, whole.length, whole.length);
    return twice;
  }

  private UnaryOperator<byte[]> anything() {
    return spoiling.pick(
        List.<UnaryOperator<byte[]>>of(
            spoiling::flipped, spoiling::inserted, spoiling::deleted, spoiling::cut));
  }

  private static void spoil(WireAnswer answer, UnaryOperator<byte[]> how) {
    answer.wire = how;
    answer.closes = true;
  }
}
