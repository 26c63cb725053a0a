// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

/** Access of one reader to a Datahose feed. Not thread-safe: each reader has its own. */
public interface DatahoseFeed {

  /**
   * Reads the feed by long poll, which takes up to 30 seconds if there are no events, and
   * acknowledges the batch that the ackId came with. Logs in first if necessary.
   *
   * @param ackId that of the last batch, or an empty string; never null (contract of {@code
   *     V5EventsReadBody.ackId})
   * @param cancellation cancels the read from another thread; the read then fails
   * @throws SymphonyException if the response is not HTTP 200 or 204, or the client is closed
   *     during the read
   */
  ReadAnswer read(String ackId, Cancellation cancellation) throws SymphonyException;

  /**
   * Reads the feed like {@link #read(String, Cancellation)}; only closing the client cancels the
   * read.
   */
  default ReadAnswer read(String ackId) throws SymphonyException {
    return read(ackId, new Cancellation());
  }
}
