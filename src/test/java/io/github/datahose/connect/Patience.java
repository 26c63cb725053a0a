// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * How long all tests wait unless they say otherwise: Awaitility's ten seconds are too few on a busy
 * machine, and its looks every 100 ms are most of the time of a test that waits for a thread. JUnit
 * finds it by {@code META-INF/services}.
 */
public final class Patience implements BeforeAllCallback {

  @Override
  public void beforeAll(ExtensionContext context) {
    Awaitility.setDefaultTimeout(Duration.ofSeconds(60));
    Awaitility.setDefaultPollInterval(Duration.ofMillis(5));
    Awaitility.setDefaultPollDelay(Duration.ZERO);
  }
}
