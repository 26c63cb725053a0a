// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.delivery;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.connect.storage.OffsetStorageReader;

/** The worker's storage of offsets, as a map that tests fill. */
public final class FakeOffsetStorage implements OffsetStorageReader {

  private final Map<Map<String, ?>, Map<String, Object>> stored = new HashMap<>();
  private final Set<Map<String, ?>> asked = new HashSet<>();

  /** Stores a copy. */
  public void put(Map<String, ?> partition, Map<String, ?> offset) {
    stored.put(new HashMap<>(partition), new HashMap<>(offset));
  }

  /** All partitions whose offset was asked for. */
  public Set<Map<String, ?>> asked() {
    return asked;
  }

  @Override
  public <T> Map<String, Object> offset(Map<String, T> partition) {
    asked.add(partition);
    return stored.get(partition);
  }

  /** With a null for each partition that has none, as Connect does it. */
  @Override
  public <T> Map<Map<String, T>, Map<String, Object>> offsets(
      Collection<Map<String, T>> partitions) {
    Map<Map<String, T>, Map<String, Object>> offsets = new HashMap<>();
    partitions.forEach(partition -> offsets.put(partition, offset(partition)));
    return offsets;
  }
}
