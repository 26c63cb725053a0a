// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.reader;

/**
 * An ackId in the log at DEBUG: a short mark, the same for the same ackId, so that one sees which
 * read acknowledged which batch. What an ackId is made of is Symphony's.
 */
final class AckIdMark {

  private AckIdMark() {}

  /**
   * The mark.
   *
   * @param ackId may be null or empty
   */
  static String of(String ackId) {
    return ackId == null || ackId.isEmpty() ? "none" : "#%08x".formatted(ackId.hashCode());
  }
}
