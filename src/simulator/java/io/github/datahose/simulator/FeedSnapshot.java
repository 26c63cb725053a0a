// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * What happened in one feed. A feed that expired and was made again is two.
 *
 * @param account the service account
 * @param tag as the client chose it
 * @param eventTypes sorted
 * @param scopes sorted; empty for all
 * @param live false once the feed is deleted; what it had not acknowledged then is gone
 * @param expected events that went into it
 * @param delivered different events of these that stood in an answer
 * @param redelivered times that an event stood in an answer again
 * @param acknowledged events that were acknowledged
 * @param answers answers with events
 * @param emptyAnswers answers without
 * @param messageIds messageId of each event in the order in which they came; null (as the next
 *     three) in a snapshot of totals; an element is null when the event had none
 * @param answerEvents for each answer with events, the indices into messageIds in array order
 * @param acknowledgedAnswers indices into answerEvents
 * @param answerSessions for each answer the session that took it: sessions are counted from 0 in
 *     the order of their first answers. Who logs in anew is another one
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
    String[] messageIds,
    int[][] answerEvents,
    int[] acknowledgedAnswers,
    int[] answerSessions) {}
