// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.tls;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Supplier;

/**
 * The certificates that are trusted besides the JVM's own.
 *
 * @param option the option they come from, for messages; the one to set where they come from none
 * @param certificates reads them, anew for each new connection, so that a file replaced on disk is
 *     used without a restart; gives none where none are configured; may throw {@link
 *     IllegalArgumentException} with a message that says what to do
 */
public record TrustStore(String option, Supplier<List<X509Certificate>> certificates) {}
