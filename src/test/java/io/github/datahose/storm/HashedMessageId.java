// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.storm;

import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.transforms.predicates.Predicate;

/**
 * Holds for half of the events, at random but for good: the audit asks it again, in another
 * process. A plugin, so it leans on nothing but Connect.
 */
public final class HashedMessageId<R extends ConnectRecord<R>> implements Predicate<R> {
  /** Made by the worker. */
  public HashedMessageId() {}

  /** Whether it holds for an event of this messageId. */
  static boolean holds(String messageId) {
    return Integer.bitCount(messageId.hashCode() * 0x9e3779b9) % 2 == 0;
  }

  @Override
  public boolean test(R message) {
    return holds(((Struct) message.value()).getString("messageId"));
  }

  @Override
  public ConfigDef config() {
    return new ConfigDef();
  }

  @Override
  public void configure(Map<String, ?> configs) {}

  @Override
  public void close() {}
}
