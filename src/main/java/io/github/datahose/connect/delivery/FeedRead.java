// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.delivery;

import io.github.datahose.connect.event.EventList;
import io.github.datahose.connect.symphony.ReadAnswer;

/**
 * A read that worked.
 *
 * @param answer what came
 * @param events its events and its ackId
 * @param ackIdSent the ackId that the answered request carried
 * @param proven whether it is certain that an agent answered: whatever answers at once and without
 *     events may be something else
 */
public record FeedRead(ReadAnswer answer, EventList events, String ackIdSent, boolean proven) {}
