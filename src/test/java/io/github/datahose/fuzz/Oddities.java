// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.fuzz;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parts of answers that no server should send, from {@code oddities.json}; a character for each
 * byte. There {@code <<x*9>>} stands for nine times {@code x}.
 */
final class Oddities {

  private static final Pattern REPEATED = Pattern.compile("<<(.+?)\\*(\\d+)>>");
  private static final Map<String, List<String>> LISTS = read();

  private Oddities() {}

  /** The list of this name. */
  static List<String> of(String name) {
    return LISTS.get(name).stream().map(Oddities::expanded).toList();
  }

  private static String expanded(String text) {
    return REPEATED.matcher(text).replaceAll(match -> Matcher.quoteReplacement(repeated(match)));
  }

  private static String repeated(MatchResult match) {
    return match.group(1).repeat(Integer.parseInt(match.group(2)));
  }

  private static Map<String, List<String>> read() {
    try (InputStream in = Oddities.class.getResourceAsStream("oddities.json")) {
      return new ObjectMapper().readValue(in, new TypeReference<>() {});
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
