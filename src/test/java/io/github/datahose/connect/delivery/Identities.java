// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.delivery;

import io.github.datahose.connect.event.Identity;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;

/** Identities by number, for tests. */
public final class Identities {

  private Identities() {}

  public static Identity identity(int number) {
    byte[] bytes =
        ByteBuffer.allocate(Identity.BYTES).putLong(-number).putLong(number * 31L).array();
    return Identity.readFrom(bytes, 0);
  }

  /** Those with the numbers from the first on, without the last. */
  public static List<Identity> range(int from, int to) {
    return IntStream.range(from, to).mapToObj(Identities::identity).toList();
  }

  public static List<Identity> identities(int... numbers) {
    return IntStream.of(numbers).mapToObj(Identities::identity).toList();
  }

  /** All in one array, as offsets carry them. */
  public static byte[] bytes(List<Identity> identities) {
    byte[] bytes = new byte[identities.size() * Identity.BYTES];
    for (int i = 0; i < identities.size(); i++) {
      identities.get(i).writeTo(bytes, i * Identity.BYTES);
    }
    return bytes;
  }
}
