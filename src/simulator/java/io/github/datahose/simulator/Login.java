// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import java.time.Instant;

/**
 * A successful login.
 *
 * @param header the name of the header for the token: {@code sessionToken} or {@code
 *     keyManagerToken}
 * @param username the service account
 * @param token the issued token
 * @param at the time of the login
 */
public record Login(String header, String username, String token, Instant at) {

  static final String SESSION_TOKEN = "sessionToken";
  static final String KEY_MANAGER_TOKEN = "keyManagerToken";
}
