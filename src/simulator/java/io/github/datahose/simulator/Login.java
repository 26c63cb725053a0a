// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import java.time.Instant;

/**
 * A login that succeeded.
 *
 * @param header name of the header that carries the token: {@code sessionToken} or {@code
 *     keyManagerToken}
 * @param username the service account
 * @param token what was handed out
 * @param at when
 */
public record Login(String header, String username, String token, Instant at) {

  static final String SESSION_TOKEN = "sessionToken";
  static final String KEY_MANAGER_TOKEN = "keyManagerToken";
}
