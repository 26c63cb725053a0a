// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * The history of one feed. A feed that expired and was created again has two.
 *
 * @param account the service account
 * @param tag the tag that the client chose
 * @param eventTypes the event types, sorted
 * @param scopes the scopes, sorted; empty for all
 * @param live false after the feed was deleted, with its unacknowledged events
 * @param expected number of events added to the feed
 * @param delivered number of these events that were delivered at least once
 * @param redelivered number of redeliveries
 * @param acknowledged number of acknowledged events
 * @param answers number of responses with events
 * @param emptyAnswers number of responses without events
 * @param waitingReads number of reads that wait for events now
 * @param messageIds messageId of each event in the order of arrival; null (like the next three) in
 *     a snapshot of totals; an element is null if the event had none
 * @param answerEvents for each response with events, the indices into messageIds in array order
 * @param acknowledgedAnswers indices into answerEvents
 * @param answerSessions for each response, the session that received it: sessions are counted from
 *     0 in the order of their first responses. Each login creates another session
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record FeedSnapshot(
    String account,
    String tag,
    List<String> eventTypes,
    List<String> scopes,
    boolean live,
    int expected,
    int delivered,
    long redelivered,
    int acknowledged,
    int answers,
    long emptyAnswers,
    int waitingReads,
    String[] messageIds,
    int[][] answerEvents,
    int[] acknowledgedAnswers,
    int[] answerSessions) {}
