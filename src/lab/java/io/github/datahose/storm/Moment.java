// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.storm;

import java.util.List;

/** When a worker is killed. */
enum Moment {
  /** After a drawn time of flow, most of it while it works off what has gathered. */
  FLOWING("at a random instant"),
  /** A few ms after a batch went out to it. */
  IN_FLIGHT("with a batch in flight"),
  /** The batch is in Kafka, and each read that would say so to the pod is refused. */
  UNACKNOWLEDGED("between commit and acknowledgement"),
  /** All is acknowledged, and nothing comes. */
  IDLE("idle"),
  /** It has been started after another kill, and is anywhere between that and its first record. */
  STARTING("during start-up"),
  /** A batch that was acknowledged too late comes again, in pieces between new events. */
  ACKNOWLEDGED_LATE("after a late acknowledgement");

  /** What every scenario has; the late acknowledgements take half a minute each. */
  static final List<Moment> USUAL = List.of(FLOWING, IN_FLIGHT, UNACKNOWLEDGED, IDLE, STARTING);

  private final String text;

  Moment(String text) {
    this.text = text;
  }

  /** For people. */
  String text() {
    return text;
  }
}
