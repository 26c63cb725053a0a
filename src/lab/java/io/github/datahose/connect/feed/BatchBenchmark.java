// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.feed;

import io.github.datahose.benchmark.micro.Given;
import io.github.datahose.connect.config.DatahoseConfig;
import io.github.datahose.connect.event.EventJson;
import io.github.datahose.connect.event.EventList;
import io.github.datahose.connect.event.EventMapper;
import io.github.datahose.connect.event.Identity;
import io.github.datahose.connect.event.IdentityDigest;
import io.github.datahose.connect.symphony.Moment;
import io.github.datahose.connect.symphony.ReadAnswer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/**
 * The steps of this package, and the whole way of an answer: from its bytes to the records, and
 * into the window when they are confirmed. It stands here because nothing of it is public.
 */
@State(Scope.Thread)
@OperationsPerInvocation(Given.EVENTS)
public class BatchBenchmark {

  private static final String FILTER = "4c0e2f6a9d1b4a7788aa01c3d5e7f912";

  /** Full after a few answers, and an answer is forgotten when it comes again. */
  private static final int WINDOW = Given.ANSWERS / 2 * Given.EVENTS;

  private record Way(BatchAssembly assembly, boolean identifiersOnly) {}

  private final Given given = new Given();
  private final List<EventList> answers = new ArrayList<>();
  private final List<List<Identity>> identities = new ArrayList<>();
  private final DedupWindow window = new DedupWindow(WINDOW);
  private final Way structs = way("struct");
  private final Way texts = way("json");
  private String ackId = "";

  /** Prepares what the steps before these make. */
  public BatchBenchmark() {
    EventMapper mapper = new EventMapper();
    IdentityDigest digest = new IdentityDigest();
    try {
      for (byte[] body : given.bodies()) {
        EventList answer = EventList.read(body, Long.MAX_VALUE);
        List<Identity> ofThisAnswer = new ArrayList<>();
        for (EventJson event : answer.events()) {
          ofThisAnswer.add(digest.identityOf(mapper.map(event), event));
        }
        answers.add(answer);
        identities.add(ofThisAnswer);
      }
    } catch (Exception e) {
      throw new IllegalStateException("The simulator's answer is none", e);
    }
  }

  @Benchmark
  public void offset(Blackhole blackhole) {
    BatchOffsets offsets = offsets(given.nextNumber());
    for (int i = 1; i < Given.EVENTS; i++) {
      blackhole.consume(offsets.upTo(i));
    }
    blackhole.consume(offsets.whole());
  }

  @Benchmark
  public Object storedOffset() {
    return new HashMap<>(offsets(given.nextNumber()).whole());
  }

  @Benchmark
  public Object recordsOfStructs() throws Exception {
    return records(structs);
  }

  @Benchmark
  public Object recordsOfTexts() throws Exception {
    return records(texts);
  }

  private BatchOffsets offsets(int answer) {
    String own = answers.get(answer).ackId();
    return new BatchOffsets(own, own, 1, FILTER, new byte[0], identities.get(answer), 10_000);
  }

  private Assembled records(Way way) throws Exception {
    ReadAnswer answer =
        new ReadAnswer(
            "agent",
            200,
            given.nextBody(),
            "application/json",
            new Moment(1, 0),
            new Moment(2, 0),
            Long.MAX_VALUE);
    EventList events = CheckedFeed.events(answer, way.identifiersOnly());
    Assembled assembled = way.assembly().assemble(new FeedRead(answer, events, ackId, true), ackId);
    if (assembled.records() != Given.EVENTS) {
      throw new IllegalStateException("Only " + assembled.records() + " events were new");
    }
    window.confirm(assembled.events());
    ackId = assembled.ackId();
    return assembled;
  }

  private Way way(String value) {
    FeedClock clock = FeedClock.SYSTEM;
    ReaderContext context =
        new ReaderContext("Reader", clock, new ReaderSignal(clock), new FeedMetrics(clock));
    DatahoseConfig config =
        new DatahoseConfig(
            Map.of(
                "name", "datahose",
                "symphony.pod.url", "https://pod.example.test",
                "symphony.username", "bot",
                "symphony.private.key.path", "/secrets/key.pem",
                "topic", "events",
                "record.value", value));
    Map<String, String> partition = SourcePartition.of("pod", "bot", "tag", 0);
    EventRecords records =
        new EventRecords(context, config, config.feeds().get(0), partition, new HashSet<>());
    return new Way(
        new BatchAssembly(context, FILTER, records, window, new LateIdentities(window)),
        records.needIdentifiersOnly());
  }
}
