// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

import java.security.PrivateKey;
import java.util.function.Supplier;

/**
 * What the service account logs in with.
 *
 * @param username the service account
 * @param privateKey reads the private key, anew for each login, so that a key replaced on disk is
 *     used without a restart; may throw {@link IllegalArgumentException} with a message free of key
 *     material
 */
public record Credentials(String username, Supplier<PrivateKey> privateKey) {}
