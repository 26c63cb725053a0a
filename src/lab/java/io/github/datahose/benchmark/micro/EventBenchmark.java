// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark.micro;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.symphony.bdk.gen.api.model.V5EventList;
import com.symphony.bdk.http.jersey2.JSON;
import io.github.datahose.benchmark.Answer;
import io.github.datahose.connect.config.DatahoseConfig;
import io.github.datahose.connect.delivery.Batch;
import io.github.datahose.connect.delivery.BatchAssembly;
import io.github.datahose.connect.delivery.BatchAssembly.FeedRead;
import io.github.datahose.connect.delivery.BatchOffsets;
import io.github.datahose.connect.delivery.DedupWindow;
import io.github.datahose.connect.delivery.FeedOffset;
import io.github.datahose.connect.delivery.ReaderContext;
import io.github.datahose.connect.delivery.RecordFactory;
import io.github.datahose.connect.delivery.RedeliveryCandidates;
import io.github.datahose.connect.event.EventList;
import io.github.datahose.connect.event.EventMapper;
import io.github.datahose.connect.event.EventSchemas;
import io.github.datahose.connect.event.Identity;
import io.github.datahose.connect.event.MappedEvent;
import io.github.datahose.connect.event.RawEvent;
import io.github.datahose.connect.monitor.FeedClock;
import io.github.datahose.connect.symphony.Moment;
import io.github.datahose.connect.symphony.ReadAnswer;
import io.github.datahose.simulator.GeneratedAnswers;
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
 * The steps of an event, the whole path of a response (from its bytes to the records, and into the
 * window when they are confirmed), and other parsers of a response. It is in this package because
 * nothing of the package is public, and should not become so for a measurement.
 *
 * <p>All receive, in turn, responses of 100 events of the 16 default types, about 1.5 kB each.
 * Several responses prevent that the processor's caches and branch prediction know the next one.
 */
@State(Scope.Thread)
@OperationsPerInvocation(EventBenchmark.EVENTS)
public class EventBenchmark {

  /** Events in an answer; the cost of an answer divided by it is that of an event. */
  public static final int EVENTS = 100;

  /** The number of different responses. */
  private static final int ANSWERS = 20;

  private static final String FILTER = "4c0e2f6a9d1b4a7788aa01c3d5e7f912";

  /** Full after a few responses, and a response is forgotten before it is repeated. */
  private static final int WINDOW = ANSWERS / 2 * EVENTS;

  private record Way(BatchAssembly assembly, EventMapper mapper) {}

  private final EventMapper mapper = new EventMapper();
  private final EventMapper identifiers = EventMapper.ofIdentifiers();
  private final Identity.Digest digest = new Identity.Digest();
  private final ObjectMapper jackson = new ObjectMapper();

  /** As the vendor's SDK sets it up. */
  private final ObjectMapper vendor = new JSON().getContext(V5EventList.class);

  private final List<byte[]> bodies =
      GeneratedAnswers.bodies(ANSWERS, EVENTS, EventSchemas.DATAHOSE_EVENT_TYPES);
  private final List<EventList> answers = new ArrayList<>();
  private final List<List<MappedEvent>> mapped = new ArrayList<>();
  private final List<List<Identity>> identities = new ArrayList<>();
  private final DedupWindow window = new DedupWindow(WINDOW);
  private final Way structs = way("struct");
  private final Way texts = way("json");
  private String ackId = "";
  private int next = -1;

  /** Prepares for each step what the ones before it make. */
  public EventBenchmark() {
    try {
      for (byte[] body : bodies) {
        EventList answer = EventList.read(body, Long.MAX_VALUE, mapper);
        List<MappedEvent> events = answer.mapped();
        List<Identity> ofThisAnswer = new ArrayList<>();
        for (int i = 0; i < EVENTS; i++) {
          ofThisAnswer.add(digest.identityOf(events.get(i), answer.events().get(i)));
        }
        answers.add(answer);
        mapped.add(events);
        identities.add(ofThisAnswer);
      }
    } catch (Exception e) {
      throw new IllegalStateException("The simulator's answer is none", e);
    }
  }

  @Benchmark
  public Object map() throws Exception {
    return EventList.read(nextBody(), Long.MAX_VALUE, mapper);
  }

  @Benchmark
  public Object identify() throws Exception {
    return EventList.read(nextBody(), Long.MAX_VALUE, identifiers);
  }

  @Benchmark
  public void slice(Blackhole blackhole) {
    for (RawEvent event : answers.get(nextNumber()).events()) {
      blackhole.consume(event.text());
    }
  }

  @Benchmark
  public void fingerprint(Blackhole blackhole) {
    int answer = nextNumber();
    List<RawEvent> json = answers.get(answer).events();
    List<MappedEvent> events = mapped.get(answer);
    for (int i = 0; i < EVENTS; i++) {
      blackhole.consume(digest.identityOf(events.get(i), json.get(i)));
    }
  }

  @Benchmark
  public void offset(Blackhole blackhole) {
    BatchOffsets offsets = offsets(nextNumber());
    for (int i = 1; i < EVENTS; i++) {
      blackhole.consume(offsets.upTo(i));
    }
    blackhole.consume(offsets.whole());
  }

  @Benchmark
  public Object storedOffset() {
    return new HashMap<>(offsets(nextNumber()).whole());
  }

  @Benchmark
  public Object recordsOfStructs() throws Exception {
    return records(structs);
  }

  @Benchmark
  public Object recordsOfTexts() throws Exception {
    return records(texts);
  }

  @Benchmark
  public Object jacksonTree() throws Exception {
    return jackson.readTree(nextBody());
  }

  @Benchmark
  public Object vendorClasses() throws Exception {
    return vendor.readValue(nextBody(), V5EventList.class);
  }

  @Benchmark
  public Object byHand() throws Exception {
    return Answer.parse(nextBody());
  }

  private int nextNumber() {
    next = next + 1 == ANSWERS ? 0 : next + 1;
    return next;
  }

  private byte[] nextBody() {
    return bodies.get(nextNumber());
  }

  private BatchOffsets offsets(int answer) {
    String own = answers.get(answer).ackId();
    return new BatchOffsets(own, own, 1, FILTER, new byte[0], identities.get(answer), 10_000);
  }

  private Batch records(Way way) throws Exception {
    ReadAnswer answer =
        new ReadAnswer(
            "agent",
            200,
            nextBody(),
            "application/json",
            new Moment(1, 0),
            new Moment(2, 0),
            Long.MAX_VALUE);
    EventList events = EventList.read(answer.body(), answer.maxBytes(), way.mapper());
    Batch batch = way.assembly().assemble(new FeedRead(answer, events, ackId, true), null);
    if (batch.recordCount() != EVENTS) {
      throw new IllegalStateException("Only " + batch.recordCount() + " events were new");
    }
    window.confirm(batch.events());
    ackId = batch.ackId();
    return batch;
  }

  private Way way(String value) {
    FeedClock clock = FeedClock.SYSTEM;
    ReaderContext context = new ReaderContext("Reader", clock);
    DatahoseConfig config =
        new DatahoseConfig(
            Map.of(
                "name", "datahose",
                "symphony.pod.url", "https://pod.example.test",
                "symphony.username", "bot",
                "symphony.private.key.path", "/secrets/key.pem",
                "topic", "events",
                "record.value", value));
    Map<String, String> partition = FeedOffset.partition("pod", "bot", "tag", 0);
    RecordFactory factory =
        new RecordFactory(context, config, config.feeds().get(0), partition, new HashSet<>());
    return new Way(
        new BatchAssembly(
            context, FILTER, factory, window, new RedeliveryCandidates(context, window, List.of())),
        factory.newMapper());
  }
}
