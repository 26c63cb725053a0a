// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.delivery;

import io.github.datahose.connect.event.Identity;
import io.github.datahose.connect.symphony.Moment;
import java.util.List;
import java.util.SortedSet;

/**
 * A batch and what stays of its answer once the body is let go.
 *
 * @param batch the records
 * @param records how many records there are; 0 when all events were duplicates
 * @param ackId what acknowledges it
 * @param headersAt when the answer's headers had come
 * @param events identities of all its events, duplicates too, in its order
 * @param offsets the offsets of its records
 * @param topics where its records go
 */
public record Assembled(
    Batch batch,
    int records,
    String ackId,
    Moment headersAt,
    List<Identity> events,
    BatchOffsets offsets,
    SortedSet<String> topics) {}
