// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Year and month of an agent's version: what it can do hangs on them. */
record AgentVersion(int major, int minor) {

  private static final Pattern FORM = Pattern.compile("(\\d+)\\.(\\d+).*");

  static AgentVersion of(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("Give an agent version such as 24.12.4-913, not " + text);
    }
    return new AgentVersion(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
  }

  boolean atLeast(int otherMajor, int otherMinor) {
    return major > otherMajor || major == otherMajor && minor >= otherMinor;
  }
}
