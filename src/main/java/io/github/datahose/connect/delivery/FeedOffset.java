// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.delivery;

import io.github.datahose.connect.event.EventList;
import io.github.datahose.connect.event.Identity;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Source offset of a reader, which Connect stores under the reader's source partition: the position
 * of the feed in Kafka.
 *
 * @param ackId ackId of the last batch that is completely in Kafka; can be empty
 * @param readAt when the batch of the record with this offset was read, epoch ms
 * @param filter fingerprint of the event types and scopes of the feed
 * @param identities events that the feed might redeliver
 * @param window the running window of the ledger; null when none is stored
 */
public record FeedOffset(
    String ackId, long readAt, String filter, List<Identity> identities, Window window) {

  static final String ACK_ID = "ackId";
  static final String READ_AT = "readAt";
  static final String FILTER = "filter";
  static final String IDENTITIES = "identities";
  static final String WINDOW = "window";

  /**
   * First byte of the text in {@code identities}; 16 bytes for each identity follow, oldest first.
   */
  static final byte FORMAT = 1;

  private static final int FILTER_BYTES = 16;

  /** Format of an offset, for error messages. */
  private static final String EXPECTED =
      "{\"ackId\": <string of at most 8192 characters>, \"readAt\": <epoch milliseconds>, \"filter\": <string>,"
          + " \"identities\": <base64 string as"
          + " GET /connectors/<name>/offsets shows it>}, with a ledger also \"window\", a string as shown there";

  private static final String PARTITION_KEY = "reader";
  private static final Pattern PARTITION =
      Pattern.compile("[^/]+/.+/[A-Za-z0-9._-]{1,80}/\\d{1,9}");

  /** Format of a source partition, for error messages. */
  private static final String EXPECTED_PARTITION =
      "{\"reader\": \"<pod host>/<account>/<tag>/<number of the reader>\"}";

  /**
   * Returns the source partition of a reader. It has only one key, because Connect stores the
   * partition as JSON in the order of the map, and rewrites it in {@code HashMap} order when
   * offsets are changed or deleted over REST: with several keys, a reset could miss it.
   *
   * @param podHost host of the pod in lower case, without port
   * @param reader number of the reader, from 0
   */
  public static Map<String, String> partition(
      String podHost, String account, String tag, int reader) {
    return Map.of(PARTITION_KEY, podHost + "/" + account + "/" + tag + "/" + reader);
  }

  /** Returns the name of a partition's reader. */
  public static String readerOf(Map<String, String> partition) {
    return partition.get(PARTITION_KEY);
  }

  /** Returns whether a map from a request can be a reader's partition. */
  static boolean isPartition(Map<String, ?> partition) {
    return partition != null
        && partition.size() == 1
        && partition.get(PARTITION_KEY) instanceof String reader
        && PARTITION.matcher(reader).matches();
  }

  /**
   * Checks a request to change the stored offset of a reader.
   *
   * @param offset null to delete it
   * @throws IllegalArgumentException if it is not an offset of a reader; the message says what is
   *     expected
   */
  public static void check(Map<String, ?> partition, Map<String, ?> offset) {
    if (!isPartition(partition)) {
      throw new IllegalArgumentException(
          "The partition is not one of a reader. Use " + EXPECTED_PARTITION + ".");
    }
    try {
      if (offset != null) {
        parse(
            offset,
            unreadable -> {
              throw unreadable;
            });
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "The offset is not one of a reader: "
              + e.getMessage()
              + ". Use null to delete it, or "
              + EXPECTED
              + ".",
          e);
    }
  }

  /**
   * Parses a stored offset. Ignores unknown keys, which a newer version wrote, and a window that
   * cannot be read.
   *
   * @param offset as Connect returns it: numbers are Integer or Long, as in JSON
   * @throws IllegalArgumentException if it is not an offset; the message says what is wrong
   */
  public static FeedOffset parse(Map<String, ?> offset) {
    return parse(offset, unreadable -> {});
  }

  /**
   * Parses a stored offset.
   *
   * @param unreadable receives what is wrong with a window that cannot be read
   */
  static FeedOffset parse(Map<String, ?> offset, Consumer<IllegalArgumentException> unreadable) {
    String ackId = text(offset, ACK_ID);
    if (ackId.length() > EventList.ACK_ID_AT_MOST) {
      throw new IllegalArgumentException(
          "ackId has "
              + ackId.length()
              + " characters, but at most "
              + EventList.ACK_ID_AT_MOST
              + " are allowed");
    }
    Object readAt = offset.get(READ_AT);
    if (!(readAt instanceof Long || readAt instanceof Integer)) {
      throw new IllegalArgumentException("readAt is missing or not a whole number");
    }
    return new FeedOffset(
        ackId,
        ((Number) readAt).longValue(),
        text(offset, FILTER),
        identities(text(offset, IDENTITIES)),
        window(offset.get(WINDOW), unreadable));
  }

  private static Window window(Object stored, Consumer<IllegalArgumentException> unreadable) {
    try {
      return stored == null ? null : Window.parse(stored);
    } catch (IllegalArgumentException e) {
      unreadable.accept(e);
      return null;
    }
  }

  private static String text(Map<String, ?> offset, String key) {
    if (offset.get(key) instanceof String text) {
      return text;
    }
    throw new IllegalArgumentException(key + " is missing or not a string");
  }

  private static List<Identity> identities(String base64) {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("identities is not base64 text", e);
    }
    if (bytes.length == 0 || bytes[0] != FORMAT || bytes.length % Identity.BYTES != 1) {
      throw new IllegalArgumentException(
          "identities has a format that this version does not support");
    }
    List<Identity> identities = new ArrayList<>(bytes.length / Identity.BYTES);
    for (int at = 1; at < bytes.length; at += Identity.BYTES) {
      identities.add(Identity.readFrom(bytes, at));
    }
    return identities;
  }

  /**
   * Returns the fingerprint of the event types and scopes, which identify a feed together with
   * account and tag (the pod has one feed for each combination).
   */
  public static String filter(List<String> eventTypes, List<String> scopes) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(
                  (String.join(",", eventTypes) + ";" + String.join(",", scopes))
                      .getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, FILTER_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
