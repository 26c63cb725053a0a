// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.check;

import java.util.List;

/**
 * What a connection check found.
 *
 * @param findings what did not work, each once; at most one permanent one for each subject
 * @param warnings what works and has to be mended all the same, sentences about agents
 * @param facts what is connected with what, in a sentence; empty unless both logins and an agent
 *     answered well
 */
public record ConnectionReport(
    List<ConnectionFinding> findings, List<String> warnings, String facts) {}
