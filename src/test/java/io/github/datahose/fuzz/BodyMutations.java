// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.fuzz;

import io.github.datahose.fuzz.AnswerMutation.Kind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Spoils what an answer says, in an HTTP answer that is sound. */
final class BodyMutations {

  private static final Pattern TELLING_MEMBER =
      Pattern.compile("\"(ackId|token|version|status)\"\\s*:\\s*\"[^\"]*\"");
  private static final int REMEMBERED = 20;

  private final Spoiling spoiling;
  private final List<byte[]> earlier = new ArrayList<>();
  private final List<String> values = Oddities.of("values");
  private final List<String> events = Oddities.of("events");
  private final List<String> bodies = Oddities.of("bodies");

  BodyMutations(Spoiling spoiling) {
    this.spoiling = spoiling;
  }

  Map<String, Kind> kinds() {
    Map<String, Kind> kinds = new LinkedHashMap<>();
    kinds.put("bytes flipped", answer -> answer.body = spoiling.flipped(answer.body));
    kinds.put("bytes inserted", answer -> answer.body = spoiling.inserted(answer.body));
    kinds.put("bytes deleted", answer -> answer.body = spoiling.deleted(answer.body));
    kinds.put("bytes repeated", answer -> answer.body = spoiling.repeated(answer.body));
    kinds.put("end of the body missing", answer -> answer.body = spoiling.cut(answer.body));
    kinds.put("ackId or the like", this::member);
    kinds.put("events", this::events);
    kinds.put("another body", answer -> answer.body = bytes(spoiling.pick(bodies)));
    kinds.put("an earlier body", this::replay);
    kinds.put("other characters", this::otherCharacters);
    return kinds;
  }

  /** A body that was right, and may come again later in the place of another. */
  void remember(byte[] body) {
    earlier.add(body);
    if (earlier.size() > REMEMBERED) {
      earlier.remove(0);
    }
  }

  /** The last member of these names, which in a list of events is the ackId. */
  private void member(WireAnswer answer) {
    String body = text(answer);
    Matcher member = TELLING_MEMBER.matcher(body);
    int start = -1;
    int end = 0;
    while (member.find()) {
      start = member.start();
      end = member.end();
    }
    if (start < 0) {
      return;
    }
    String whole = body.substring(start, end);
    String other = whole.substring(0, whole.indexOf('"', 1) + 1) + ":" + spoiling.pick(values);
    String instead =
        spoiling.pick(List.of("\"x\":0", other, whole + "," + other, other + "," + whole));
    answer.body = bytes(body.substring(0, start) + instead + body.substring(end));
  }

  private void events(WireAnswer answer) {
    String instead = Matcher.quoteReplacement(spoiling.pick(events));
    answer.body = bytes(text(answer).replaceFirst("\"events\":\\[", instead));
  }

  private void replay(WireAnswer answer) {
    if (!earlier.isEmpty()) {
      answer.body = spoiling.pick(earlier);
    }
  }

  private void otherCharacters(WireAnswer answer) {
    String text = new String(answer.body, StandardCharsets.UTF_8);
    answer.body =
        spoiling.pick(
            List.of(
                text.getBytes(StandardCharsets.UTF_16),
                text.getBytes(StandardCharsets.UTF_16LE),
                ("\uFEFF" + text).getBytes(StandardCharsets.UTF_8)));
  }

  private static String text(WireAnswer answer) {
    return new String(answer.body, StandardCharsets.ISO_8859_1);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
