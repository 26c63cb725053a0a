// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.fuzz;

import io.github.datahose.connect.event.Fixtures;
import io.github.datahose.fuzz.WireAnswer.Framing;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Spoils an answer in one to three of the ways in which proxies, load balancers, broken agents and
 * broken lines do it, or could. Where a client might wait for more than comes the connection ends,
 * so that each answer is judged at once. No {@code Retry-After} asks for a wait: how long ones are
 * honored is another test's. Not thread-safe.
 */
final class AnswerMutation {

  /**
   * A second answer that nobody asked for, and that a client may take for that to its next request.
   */
  static final String TWICE = "twice";

  /** Parts of answers that no server should send; a character for each byte. */
  private static final Map<String, List<String>> ODD = Fixtures.lists("oddities", "answers.json");

  /** What means something in JSON, in gzip or in HTTP. */
  private static final String TELLING = "{}[]\",:\\u0 nt-\r\n\0\u001f\u008b\u00ff";

  private static final String ERROR = "{\"code\":%s,\"message\":\"Made up\"}";
  private static final List<String> REFUSALS =
      List.of(ERROR, ERROR, "", "<!DOCTYPE html><html><body>Sign in</body></html>");
  private static final Pattern TELLING_MEMBER =
      Pattern.compile("\"(ackId|token|version|status)\"\\s*:\\s*\"[^\"]*\"");
  private static final int REMEMBERED = 20;

  private final Random random;
  private final List<byte[]> earlier = new ArrayList<>();
  private final Map<String, Consumer<WireAnswer>> kinds = new LinkedHashMap<>();

  AnswerMutation(Random random) {
    this.random = random;
    // Status and headers.
    kinds.put("status", this::status);
    kinds.put("status and body", this::refusal);
    kinds.put("status line", answer -> closing(answer).statusLine = pick(ODD.get("status lines")));
    kinds.put("Retry-After", answer -> moved(answer, "Retry-After", 200, 301, 400, 401, 429, 503));
    kinds.put("redirect", answer -> moved(answer, "Location", 301, 302, 303, 307, 308));
    kinds.put("Content-Type", answer -> header(answer, "Content-Type"));
    kinds.put("Content-Encoding", answer -> header(answer, "Content-Encoding"));
    kinds.put("Content-Length", this::contentLength);
    kinds.put("Transfer-Encoding", answer -> header(closing(answer), "Transfer-Encoding"));
    kinds.put("odd header", this::oddHeader);
    // What a sound answer says.
    kinds.put("bytes flipped", answer -> answer.body = flipped(answer.body));
    kinds.put("bytes inserted", answer -> answer.body = inserted(answer.body));
    kinds.put("bytes deleted", answer -> answer.body = deleted(answer.body));
    kinds.put("bytes repeated", answer -> answer.body = repeated(answer.body));
    kinds.put("end of the body missing", answer -> answer.body = cut(answer.body));
    kinds.put("ackId or the like", this::member);
    kinds.put("events", this::events);
    kinds.put("another body", answer -> answer.body = bytes(pick(ODD.get("bodies"))));
    kinds.put("an earlier body", this::replay);
    kinds.put("other characters", this::otherCharacters);
    // How it is transferred, and the connection; two ways of it are sound.
    kinds.put("gzip", answer -> answer.gzip = true);
    kinds.put("gzip, broken", this::brokenGzip);
    kinds.put("chunks", this::chunks);
    kinds.put("chunks, broken", this::brokenChunks);
    kinds.put("no length", answer -> closing(answer).framing = Framing.CLOSE);
    kinds.put("closed in the midst", answer -> closing(answer).wire = this::cut);
    kinds.put("reset in the midst", this::reset);
    kinds.put("flipped anywhere", answer -> closing(answer).wire = this::flipped);
    kinds.put("inserted anywhere", answer -> closing(answer).wire = this::inserted);
    kinds.put("deleted anywhere", answer -> closing(answer).wire = this::deleted);
    kinds.put(TWICE, answer -> answer.wire = AnswerMutation::twice);
  }

  /** The names of all ways. */
  List<String> kinds() {
    return List.copyOf(kinds.keySet());
  }

  /** A correct body, which might replace another one later. */
  void remember(byte[] body) {
    earlier.add(body);
    if (earlier.size() > REMEMBERED) {
      earlier.remove(0);
    }
  }

  /** Damages it, and describes how. */
  List<String> spoil(WireAnswer answer) {
    List<String> how = new ArrayList<>();
    for (int i = pick(List.of(1, 1, 1, 1, 1, 2, 2, 3)); i > 0; i--) {
      String kind = pick(kinds());
      kinds.get(kind).accept(answer);
      how.add(kind);
    }
    return how;
  }

  private static WireAnswer closing(WireAnswer answer) {
    answer.closes = true;
    return answer;
  }

  private void status(WireAnswer answer) {
    closing(answer).statusLine = "HTTP/1.1 " + pick(ODD.get("statuses")) + " Made up";
  }

  private void refusal(WireAnswer answer) {
    String status = pick(ODD.get("statuses"));
    answer.statusLine = "HTTP/1.1 " + status + " Made up";
    answer.body = bytes(pick(REFUSALS).formatted(status));
    answer.closes |= status.startsWith("1") || status.equals("204") || status.equals("304");
  }

  private void moved(WireAnswer answer, String header, Integer... statuses) {
    answer.statusLine = "HTTP/1.1 " + pick(List.of(statuses)) + " Moved";
    header(answer, header);
  }

  private void contentLength(WireAnswer answer) {
    closing(answer).framing = Framing.NONE;
    header(answer, "Content-Length");
  }

  private void oddHeader(WireAnswer answer) {
    int place = random.nextInt(answer.headers.size() + 1);
    closing(answer).headers.add(place, pick(ODD.get("headers")));
  }

  private void header(WireAnswer answer, String name) {
    answer.headers.removeIf(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1));
    answer.headers.add(name + ": " + pick(ODD.get(name)));
  }

  /** The last member of these names, which in a list of events is the ackId. */
  private void member(WireAnswer answer) {
    String body = text(answer);
    List<MatchResult> members = TELLING_MEMBER.matcher(body).results().toList();
    if (members.isEmpty()) {
      return;
    }
    MatchResult member = members.get(members.size() - 1);
    String whole = member.group();
    String other = "\"" + member.group(1) + "\":" + pick(ODD.get("values"));
    String instead = pick(List.of("\"x\":0", other, whole + "," + other, other + "," + whole));
    answer.body = bytes(body.substring(0, member.start()) + instead + body.substring(member.end()));
  }

  private void events(WireAnswer answer) {
    String instead = Matcher.quoteReplacement(pick(ODD.get("events")));
    answer.body = bytes(text(answer).replaceFirst("\"events\":\\[", instead));
  }

  private void replay(WireAnswer answer) {
    if (!earlier.isEmpty()) {
      answer.body = pick(earlier);
    }
  }

  private void otherCharacters(WireAnswer answer) {
    String text = new String(answer.body, StandardCharsets.UTF_8);
    answer.body =
        pick(
            List.of(
                text.getBytes(StandardCharsets.UTF_16),
                text.getBytes(StandardCharsets.UTF_16LE),
                ("\uFEFF" + text).getBytes(StandardCharsets.UTF_8)));
  }

  private void brokenGzip(WireAnswer answer) {
    answer.gzip = true;
    answer.transfer = anything();
  }

  private void chunks(WireAnswer answer) {
    answer.framing = Framing.CHUNKED;
    answer.chunk = pick(List.of(7, 1_000, 100_000));
  }

  private void brokenChunks(WireAnswer answer) {
    chunks(answer);
    closing(answer).wire = anything();
  }

  private void reset(WireAnswer answer) {
    closing(answer).wire = this::cut;
    answer.resets = true;
  }

  private UnaryOperator<byte[]> anything() {
    return pick(
        List.<UnaryOperator<byte[]>>of(this::flipped, this::inserted, this::deleted, this::cut));
  }

  private static byte[] twice(byte[] whole) {
    return spliced(whole, whole.length, 0, whole);
  }

  /** One to three bytes are others. */
  private byte[] flipped(byte[] bytes) {
    byte[] spoiled = bytes.clone();
    for (int i = random.nextInt(3); i >= 0 && spoiled.length > 0; i--) {
      spoiled[place(spoiled.length)] = anyByte();
    }
    return spoiled;
  }

  /** Bytes are put in between. */
  private byte[] inserted(byte[] bytes) {
    byte[] more = new byte[1 + random.nextInt(4)];
    for (int i = 0; i < more.length; i++) {
      more[i] = anyByte();
    }
    return spliced(bytes, place(bytes.length + 1), 0, more);
  }

  /** A piece is missing. */
  private byte[] deleted(byte[] bytes) {
    return spliced(bytes, place(bytes.length + 1), length(), new byte[0]);
  }

  /** A piece is there twice. */
  private byte[] repeated(byte[] bytes) {
    int from = place(bytes.length + 1);
    int to = Math.min(bytes.length, from + length());
    return spliced(bytes, to, 0, Arrays.copyOfRange(bytes, from, to));
  }

  /** The end is missing. */
  private byte[] cut(byte[] bytes) {
    return Arrays.copyOf(bytes, place(bytes.length + 1));
  }

  private static byte[] spliced(byte[] bytes, int at, int without, byte[] with) {
    int rest = Math.min(bytes.length, at + without);
    byte[] spliced = new byte[at + with.length + bytes.length - rest];
    System.arraycopy(bytes, 0, spliced, 0, at);
    System.arraycopy(with, 0, spliced, at, with.length);
    System.arraycopy(bytes, rest, spliced, at + with.length, bytes.length - rest);
    return spliced;
  }

  /** Often near the ends, where the frame of an answer is. */
  private int place(int length) {
    return switch (random.nextInt(4)) {
      case 0 -> random.nextInt(Math.min(length, 20) + (length == 0 ? 1 : 0));
      case 1 -> Math.max(0, length - 1 - random.nextInt(150));
      default -> random.nextInt(Math.max(1, length));
    };
  }

  private int length() {
    return random.nextBoolean() ? 1 + random.nextInt(3) : 1 + random.nextInt(5_000);
  }

  private byte anyByte() {
    return random.nextBoolean()
        ? (byte) random.nextInt()
        : (byte) TELLING.charAt(random.nextInt(TELLING.length()));
  }

  private <T> T pick(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  private static String text(WireAnswer answer) {
    return new String(answer.body, StandardCharsets.ISO_8859_1);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
