// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.storm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.transforms.predicates.Predicate;

/**
 * Holds for half of the events, at random but for good: the audit asks it again, in another
 * process. It writes the messageId of each event that it holds for to a file, a line each: an event
 * that a Filter drops leaves no other trace, and without one it could not be told from a lost one.
 * It holds for no heartbeat. A plugin, so it leans on nothing but Connect.
 */
public final class HashedMessageId<R extends ConnectRecord<R>> implements Predicate<R> {
  /** Option: the file, made if need be. Workers may share it. */
  static final String FILE = "file";

  private Path file;

  /** Made by the worker. */
  public HashedMessageId() {}

  /** Whether it holds for an event of this messageId. */
  static boolean holds(String messageId) {
    return Integer.bitCount(messageId.hashCode() * 0x9e3779b9) % 2 == 0;
  }

  @Override
  public boolean test(R message) {
    Struct value = (Struct) message.value();
    if (value.schema().field("messageId") == null) {
      return false;
    }
    String messageId = value.getString("messageId");
    boolean holds = holds(messageId);
    if (holds) {
      note(messageId);
    }
    return holds;
  }

  /** Without a buffer and in one piece: a process that is killed has written it, or has not. */
  private void note(String messageId) {
    try {
      Files.writeString(
          file, messageId + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new ConnectException("cannot note " + messageId, e);
    }
  }

  @Override
  public ConfigDef config() {
    return new ConfigDef()
        .define(FILE, ConfigDef.Type.STRING, Importance.HIGH, "Where messageIds are noted");
  }

  @Override
  public void configure(Map<String, ?> configs) {
    file = Path.of((String) configs.get(FILE));
  }

  @Override
  public void close() {}
}
