// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

/**
 * The response to a read, with HTTP status 200 or 204.
 *
 * @param where request, host, and trace id, for messages about the response
 * @param status 200 or 204
 * @param body the whole body after decompression; empty for 204. Not copied, and must not be
 *     changed
 * @param contentType value of the header in one line, cut after 100 characters, without
 *     credentials; empty without the header
 * @param sentAt when the request was sent
 * @param headersAt when the response's headers arrived; the visibility timeout of its events
 *     started before that
 * @param maxBytes limit of the response, {@code datahose.max.response.bytes}; the length does not
 *     exceed it
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and too large to copy
public record ReadAnswer(
    String where,
    int status,
    byte[] body,
    String contentType,
    Moment sentAt,
    Moment headersAt,
    long maxBytes) {

  /** Returns the time from the request to the response's headers, in milliseconds. */
  public long tookMillis() {
    return headersAt.since(sentAt).toMillis();
  }

  /**
   * Returns the failure for a malformed response.
   *
   * @param what completes "the response ..."; without content of the body
   */
  public SymphonyException malformed(String what) {
    return failure(beginsAsObject() ? FailureKind.MALFORMED : FailureKind.PAGE, what);
  }

  /**
   * Returns the failure for a response with too many events, the same as for too many bytes.
   *
   * @param what completes "the response ..."
   */
  public SymphonyException tooLarge(String what) {
    return failure(FailureKind.TOO_LARGE, what);
  }

  /** Returns the failure for repeated empty responses without the delay of a long poll. */
  public SymphonyException tooQuick() {
    return failure(
        FailureKind.TOO_QUICK,
        "has no events and arrived without the delay of a long poll, several times in a row");
  }

  private SymphonyException failure(FailureKind kind, String what) {
    return new SymphonyException(
        SymphonyCall.READ,
        kind,
        "%s: the response (HTTP %d, content type %s, %d bytes) %s"
            .formatted(where, status, contentType, body.length, what),
        status,
        null);
  }

  /** Returns whether the body starts like a JSON object, unlike the page of a proxy. */
  private boolean beginsAsObject() {
    for (byte b : body) {
      if (b != ' ' && b != '\t' && b != '\r' && b != '\n') {
        return b == '{';
      }
    }
    return false;
  }
}
