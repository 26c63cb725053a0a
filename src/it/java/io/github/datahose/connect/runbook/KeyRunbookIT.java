// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.runbook;

import static io.github.datahose.connect.it.LiveConnector.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.connect.it.Guarantee;
import io.github.datahose.simulator.Audit;
import io.github.datahose.simulator.Requests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/** A new key in place of the old one, which the running task takes at its next login. */
class KeyRunbookIT {
  @Test
  void aNewKeyIsUsedFromTheNextLoginOnWithoutARestart() throws Exception {
    try (Stage stage = Stage.in(Guarantee.EXACTLY_ONCE.cluster()).start();
        Runbook runbook = Runbook.of("Rotate the private key", stage.shell())) {
      Path newKeyFile = stage.shell().directory().resolve("new-key.pem");
      stage
          .shell()
          .set("KEY_FILE", stage.keyFile().toString())
          .set("NEW_KEY_FILE", newKeyFile.toString());
      KeyPair pair = newPair(newKeyFile);
      long lines = stage.linesOfLog();
      int logins = logins(stage);

      stage.simulator().reconfigure(pod -> pod.account(Stage.ACCOUNT, pair.getPublic()));
      assertThat(runbook.run("check"))
          .as("the old key, which the pod takes no more")
          .contains(":1");
      runbook.run("replace");
      assertThat(runbook.run("check")).isEqualTo("\"error_count\":0\n");
      assertThat(stage.log(lines))
          .anyMatch(
              line -> line.contains(" INFO ") && line.contains("Connection check of symphony"));
      stage.awaitMore();
      assertThat(logins(stage)).as("that of the check").isEqualTo(logins + 1);

      stage.simulator().expireTokens();
      stage.awaitMore();
      assertThat(logins(stage)).as("the task's, by the new key").isEqualTo(logins + 2);
      assertThat(stage.log(lines)).noneMatch(line -> line.contains("starts as account"));

      stage.refuseAnAcknowledgement();
      runbook.run("restart");
      stage.awaitRestart();
      stage.takeReadsAgain();
      eventually("the restarted task logs in").until(() -> logins(stage) == logins + 3);
      stage.awaitMore();
      Audit audit = stage.audit(Stage.TOPIC);
      assertThat(audit.duplicated()).as("%s", audit).isZero();
    }
  }

  /** Logins at the pod that it took. */
  private static int logins(Stage stage) {
    return stage.simulator().requests().to(Requests.SESSION_LOGIN).answered(200).count();
  }

  private static KeyPair newPair(Path privateKeyFile) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    KeyPair pair = generator.generateKeyPair();
    write(privateKeyFile, pair);
    return pair;
  }

  private static void write(Path file, KeyPair pair) throws IOException {
    Files.writeString(
        file,
        "-----BEGIN PRIVATE KEY-----\n"
            + Base64.getMimeEncoder().encodeToString(pair.getPrivate().getEncoded())
            + "\n-----END PRIVATE KEY-----\n");
  }
}
