// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import java.io.ByteArrayOutputStream;

/** An event of the pod. Immutable, so that a redelivered one has the same bytes. */
interface Event {

  /** The envelope's type; null when it has none, such an event goes to every feed. */
  String type();

  /** INTERNAL, EXTERNAL or FEDERATED; null for an event that belongs to none of them. */
  String scope();

  /** The envelope's messageId; null when it has none. */
  String messageId();

  /** Writes its JSON text. */
  void writeTo(ByteArrayOutputStream out);
}
