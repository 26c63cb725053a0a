// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.storm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

class OperatorTest {
  private static final String FENCED =
      "org.apache.kafka.connect.errors.ConnectException: Unrecoverable exception\n\tat x\n"
          + "Caused by: org.apache.kafka.common.errors.ProducerFencedException: newer producer";
  private static final String TOO_LARGE =
      FENCED.replace("ProducerFencedException", "RecordTooLargeException");
  private static final String OURS =
      "org.apache.kafka.connect.errors.ConnectException: Reader 0 of feed all ended unexpectedly";

  @Test
  void restartsWhoseTransactionKafkaRefusedAndNothingElse() {
    assertThat(Operator.isForIt(task("FAILED", FENCED))).isTrue();
    assertThat(Operator.isForIt(task("FAILED", TOO_LARGE))).isFalse();
    assertThat(Operator.isForIt(task("FAILED", OURS))).isFalse();
    assertThat(Operator.isForIt(task("RUNNING", FENCED))).isFalse();
    assertThat(Operator.isForIt(JsonNodeFactory.instance.missingNode())).isFalse();
  }

  private static ObjectNode task(String state, String trace) {
    return JsonNodeFactory.instance.objectNode().put("state", state).put("trace", trace);
  }
}
