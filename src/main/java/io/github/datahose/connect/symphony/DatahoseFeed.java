// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

/** One reader's way to a feed of the Datahose. Not thread-safe: each reader has its own. */
public interface DatahoseFeed {

  /**
   * Reads the feed by long poll, which takes up to half a minute when there is nothing, and
   * acknowledges the batch that the ackId came with. Logs in first where that is needed.
   *
   * @param ackId the last batch's, or an empty string; never null (contract of {@code
   *     V5EventsReadBody.ackId})
   * @param cancellation ends the read from another thread; it fails then
   * @throws SymphonyException if there was no answer with 200 or 204; also when the client is
   *     closed meanwhile
   */
  ReadAnswer read(String ackId, Cancellation cancellation) throws SymphonyException;

  /** The same, for a read that nobody cancels but by closing the client. */
  default ReadAnswer read(String ackId) throws SymphonyException {
    return read(ackId, new Cancellation());
  }
}
