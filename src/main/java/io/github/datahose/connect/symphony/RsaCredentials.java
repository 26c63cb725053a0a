// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

import java.security.PrivateKey;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * An RSA private key, which signs the login.
 *
 * @param option the option that it comes from
 * @param username the service account
 * @param privateKey reads the key, anew for each login, so that a key replaced on disk is used
 *     without a restart; may throw {@link IllegalArgumentException} with a message free of key
 *     material; its cause is a {@link TimeoutException} when a file hangs
 */
public record RsaCredentials(String option, String username, Supplier<PrivateKey> privateKey)
    implements Credentials {

  @Override
  public String advice() {
    return "Check symphony.username and the private key of "
        + option
        + ": its public key must be the one that the pod's administrator set for the service account, and the clocks"
        + " must agree to a minute.";
  }
}
