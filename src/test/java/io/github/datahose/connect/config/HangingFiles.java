// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import io.github.datahose.connect.config.KeyMaterial.UnusableOptionException;
import io.github.datahose.connect.config.option.LoginOptions;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** Files that block reads until this is closed, as on an unavailable network drive. */
public final class HangingFiles implements AutoCloseable {
  private final CountDownLatch back = new CountDownLatch(1);

  /** Blocks reads of a private key file. */
  public void addPrivateKey(String path) {
    add(KeyMaterial.file(LoginOptions.PRIVATE_KEY_PATH, path));
  }

  void add(WorkerFile file) {
    try {
      file.read(
          Duration.ZERO,
          () -> {
            back.await();
            return new byte[0];
          });
    } catch (UnusableOptionException e) {
      return;
    }
    throw new IllegalStateException("the read did not block");
  }

  @Override
  public void close() {
    back.countDown();
  }
}
