// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

/**
 * A read that was answered with 200 or 204.
 *
 * @param where the call, its host and its trace id, for messages about the answer
 * @param status 200 or 204
 * @param body the whole body after decompression; empty for 204. Not copied: whoever holds it must
 *     not change it
 * @param contentType the header's value in one line, cut after 100 characters, without anybody's
 *     login; or an empty string
 * @param sentAt when the request was sent
 * @param headersAt when the answer's headers had come: the visibility of its events runs from
 *     before that
 * @param maxBytes what it may count, {@code datahose.max.response.bytes}; its length does not
 *     exceed that
 */
@SuppressWarnings(
    "ArrayRecordComponent") // never compared; a body of megabytes is not copied for form's sake
public record ReadAnswer(
    String where,
    int status,
    byte[] body,
    String contentType,
    Moment sentAt,
    Moment headersAt,
    long maxBytes) {

  /** Time from the request to the answer's headers, in milliseconds. */
  public long tookMillis() {
    return headersAt.since(sentAt).toMillis();
  }

  /**
   * The failure that this answer turned out to be.
   *
   * @param what completes "the answer ..."; without content of the body
   */
  public SymphonyException malformed(String what) {
    return failure(beginsAsObject() ? FailureKind.MALFORMED : FailureKind.PAGE, what);
  }

  /**
   * The failure that an answer of too many events is: as one of too many bytes.
   *
   * @param what completes "the answer ..."
   */
  public SymphonyException tooLarge(String what) {
    return failure(FailureKind.TOO_LARGE, what);
  }

  /** The failure that an answer without events is when it comes at once, again and again. */
  public SymphonyException tooQuick() {
    return failure(
        FailureKind.TOO_QUICK,
        "has no events, but did not take the time of a long poll either, again and again");
  }

  private SymphonyException failure(FailureKind kind, String what) {
    return new SymphonyException(
        SymphonyCall.READ,
        kind,
        "%s: the answer (status %d, content type %s, %d bytes) %s"
            .formatted(where, status, contentType, body.length, what),
        status,
        null);
  }

  /** Whether the agent may have written it: a page of a proxy does not begin so. */
  private boolean beginsAsObject() {
    for (byte b : body) {
      if (b != ' ' && b != '\t' && b != '\r' && b != '\n') {
        return b == '{';
      }
    }
    return false;
  }
}
