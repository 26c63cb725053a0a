// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.delivery;

import java.util.Map;
import java.util.regex.Pattern;

/**
 * The source partition of a reader: one key, on purpose. Connect stores the partition as JSON in
 * the order of the map, and rewrites it in {@code HashMap} order when offsets are patched or
 * deleted through REST; with several keys a reset could miss.
 */
public final class SourcePartition {

  private static final String KEY = "reader";
  private static final Pattern SHAPE = Pattern.compile("[^/]+/.+/[A-Za-z0-9._-]{1,80}/\\d{1,9}");

  /** What a partition looks like, for error messages. */
  public static final String EXPECTED =
      "{\"reader\": \"<pod host>/<account>/<tag>/<number of the reader>\"}";

  private SourcePartition() {}

  /**
   * The partition of a reader.
   *
   * @param podHost in lower case, without port
   * @param reader from 0
   */
  public static Map<String, String> of(String podHost, String account, String tag, int reader) {
    return Map.of(KEY, podHost + "/" + account + "/" + tag + "/" + reader);
  }

  /** The text that names the reader of a partition. */
  public static String readerOf(Map<String, String> partition) {
    return partition.get(KEY);
  }

  /** Whether a map that somebody sent could be a reader's partition. */
  public static boolean hasShape(Map<String, ?> partition) {
    return partition != null
        && partition.size() == 1
        && partition.get(KEY) instanceof String reader
        && SHAPE.matcher(reader).matches();
  }
}
