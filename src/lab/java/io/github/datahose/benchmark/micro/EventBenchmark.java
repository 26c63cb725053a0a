// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark.micro;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.symphony.bdk.gen.api.model.V5EventList;
import com.symphony.bdk.http.jersey2.JSON;
import io.github.datahose.benchmark.Answer;
import io.github.datahose.connect.event.EventJson;
import io.github.datahose.connect.event.EventList;
import io.github.datahose.connect.event.EventMapper;
import io.github.datahose.connect.event.IdentityDigest;
import io.github.datahose.connect.event.MappedEvent;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** The steps of {@code connect.event}, and what else one may read an answer with. */
@State(Scope.Thread)
@OperationsPerInvocation(Given.EVENTS)
public class EventBenchmark {

  private final Given given = new Given();
  private final EventMapper mapper = new EventMapper();
  private final IdentityDigest digest = new IdentityDigest();
  private final ObjectMapper jackson = new ObjectMapper();

  /** As the vendor's SDK sets it up. */
  private final ObjectMapper vendor = new JSON().getContext(V5EventList.class);

  private final List<List<EventJson>> events = new ArrayList<>();
  private final List<List<MappedEvent>> mapped = new ArrayList<>();

  /** Prepares for each step what the one before it makes. */
  public EventBenchmark() {
    try {
      for (byte[] body : given.bodies()) {
        List<EventJson> answer = EventList.read(body, Long.MAX_VALUE).events();
        events.add(answer);
        mapped.add(answer.stream().map(mapper::map).toList());
      }
    } catch (Exception e) {
      throw new IllegalStateException("The simulator's answer is none", e);
    }
  }

  @Benchmark
  public Object parse() throws Exception {
    return EventList.read(given.nextBody(), Long.MAX_VALUE);
  }

  @Benchmark
  public void map(Blackhole blackhole) {
    for (EventJson event : events.get(given.nextNumber())) {
      blackhole.consume(mapper.map(event));
    }
  }

  @Benchmark
  public void parseIdentifiers(Blackhole blackhole) throws Exception {
    for (EventJson event : EventList.readIdentifiers(given.nextBody(), Long.MAX_VALUE).events()) {
      blackhole.consume(mapper.map(event));
    }
  }

  @Benchmark
  public void slice(Blackhole blackhole) {
    for (EventJson event : events.get(given.nextNumber())) {
      blackhole.consume(event.text());
    }
  }

  @Benchmark
  public void fingerprint(Blackhole blackhole) {
    int answer = given.nextNumber();
    List<EventJson> json = events.get(answer);
    List<MappedEvent> mappedEvents = mapped.get(answer);
    for (int i = 0; i < json.size(); i++) {
      blackhole.consume(digest.identityOf(mappedEvents.get(i), json.get(i)));
    }
  }

  @Benchmark
  public Object jacksonTree() throws Exception {
    return jackson.readTree(given.nextBody());
  }

  @Benchmark
  public Object vendorClasses() throws Exception {
    return vendor.readValue(given.nextBody(), V5EventList.class);
  }

  @Benchmark
  public Object byHand() throws Exception {
    return Answer.parse(given.nextBody());
  }
}
