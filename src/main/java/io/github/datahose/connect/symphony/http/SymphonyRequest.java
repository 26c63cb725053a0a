// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.http;

import okhttp3.HttpUrl;
import okhttp3.Request;

/** What all requests to Symphony's servers have in common. */
public final class SymphonyRequest {

  private SymphonyRequest() {}

  /**
   * A request that wants JSON and says who asks.
   *
   * @param base of the server, with its context path
   * @param path below it, without a slash before
   */
  public static Request.Builder to(HttpUrl base, String path, String userAgent) {
    return new Request.Builder()
        .url(base.newBuilder().addPathSegments(path).build())
        .header("Accept", "application/json")
        .header("User-Agent", userAgent);
  }
}
