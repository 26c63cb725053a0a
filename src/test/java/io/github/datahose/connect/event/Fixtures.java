// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.event;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The sample events and answers under {@code src/test/resources}, and events of a test's own. */
public final class Fixtures {

  private static final Path RESOURCES = Path.of("src", "test", "resources");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern REPEATED = Pattern.compile("<<(.+?)\\*(\\d+)>>");

  private Fixtures() {}

  /** The names of all sample events, without {@code .json}. */
  public static List<String> eventNames() {
    return fileNames("events").stream().map(name -> name.replaceAll("\\.json$", "")).toList();
  }

  public static List<String> fileNames(String folder) {
    try (Stream<Path> files = Files.list(RESOURCES.resolve(folder))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static RawEvent event(String name) {
    return json(bytes("events", name + ".json"));
  }

  /** All sample events as trees, in the order of their names. */
  public static List<ObjectNode> eventTrees() {
    return eventNames().stream().map(Fixtures::eventTree).toList();
  }

  private static ObjectNode eventTree(String name) {
    try {
      return (ObjectNode) JSON.readTree(bytes("events", name + ".json"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file's content; fails when there is none. */
  public static byte[] bytes(String folder, String name) {
    try {
      return Files.readAllBytes(RESOURCES.resolve(folder).resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static String text(String folder, String name) {
    return new String(bytes(folder, name), StandardCharsets.UTF_8);
  }

  /**
   * Returns the lists of unusual texts in a file, by name; {@code <<x*9>>} means nine times {@code
   * x}.
   */
  public static Map<String, List<String>> lists(String folder, String name) {
    try {
      Map<String, List<String>> lists =
          JSON.readValue(bytes(folder, name), new TypeReference<>() {});
      lists.replaceAll((list, texts) -> texts.stream().map(Fixtures::expanded).toList());
      return lists;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String expanded(String text) {
    return REPEATED
        .matcher(text)
        .replaceAll(
            match ->
                Matcher.quoteReplacement(match.group(1).repeat(Integer.parseInt(match.group(2)))));
  }

  /** JSON that a test has with apostrophes for quotes, and {@code <<x*9>>} for nine times x. */
  static String quoted(String json) {
    return expanded(json).replace('\'', '"');
  }

  /** The same as bytes. */
  static byte[] utf8(String json) {
    return quoted(json).getBytes(StandardCharsets.UTF_8);
  }

  static RawEvent json(String json) {
    return json(utf8(json));
  }

  static RawEvent json(byte[] bytes) {
    return new RawEvent(bytes, 0, bytes.length);
  }

  /** What is found of an event by those who want its identifiers only. */
  static MappedEvent identified(RawEvent json) {
    EventMapper mapper = EventMapper.ofIdentifiers();
    boolean object = json.length() > 0 && json.body()[json.offset()] == '{';
    EventMapper.Found found = object ? mapper.eventAt(json.body(), json.offset()) : null;
    boolean whole = found != null && found.json().length() == json.length();
    return whole ? found.event() : mapper.map(json);
  }

  /** What is said of an event whether or not all of it was wanted. */
  static List<Object> told(MappedEvent event, RawEvent json) {
    Identity identity = new Identity.Digest().identityOf(event, json);
    return Arrays.asList(
        event.isObject(),
        event.isReadable(),
        event.isIdentityDoubtful(),
        event.type(),
        event.id(),
        event.messageId(),
        event.timestamp(),
        RecordKey.STREAM.of(event, identity),
        RecordKey.MESSAGE.of(event, identity),
        identity.hex());
  }

  /** The event of which this is the JSON, by a mapper of its own. */
  public static MappedEvent map(String json) {
    return new EventMapper().map(json(json));
  }
}
