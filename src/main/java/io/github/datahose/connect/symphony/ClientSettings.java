// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

import java.security.PrivateKey;
import java.time.Clock;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import okhttp3.HttpUrl;

/**
 * What the client needs to know of a pod and of the worker it runs in. All URLs are base URLs
 * without a trailing slash.
 *
 * @param podUrl base URL of the pod, which answers the session login
 * @param keyManagerUrl base URL of the key manager
 * @param agentUrl base URL of the agent
 * @param username the service account
 * @param privateKey reads the private key, anew for each login, so that a key replaced on disk is
 *     used without a restart; may throw {@link IllegalArgumentException} with a message free of key
 *     material
 * @param connectTimeout longest time to connect
 * @param readTimeout longest time without a byte of an answer; must exceed the agent's long poll
 * @param longestCall longest time of a whole call: a body that drips, a byte at a time, never meets
 *     the read time-out
 * @param maxResponseBytes largest answer to a read, after decompression
 * @param userAgent value of the header {@code User-Agent}
 * @param clock wall clock, for the expiry in the login's JWT and for dates in {@code Retry-After}
 * @param nanoTime monotonic clock, for {@link ReadAnswer#headersAtNanos}
 */
public record ClientSettings(
    HttpUrl podUrl,
    HttpUrl keyManagerUrl,
    HttpUrl agentUrl,
    String username,
    Supplier<PrivateKey> privateKey,
    Duration connectTimeout,
    Duration readTimeout,
    Duration longestCall,
    long maxResponseBytes,
    String userAgent,
    Clock clock,
    LongSupplier nanoTime) {}
