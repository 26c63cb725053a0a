// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.tools;

import io.github.datahose.connect.text.Printable;
import io.github.datahose.connect.text.StackOnly;
import io.github.datahose.connect.tools.Reconciliation.Extent;
import io.github.datahose.connect.tools.Reconciliation.IdentityCheck;
import io.github.datahose.connect.tools.Reconciliation.Kind;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.connect.storage.Converter;

/**
 * A command that proves from Kafka alone that each event of a ledger ({@code ledger.topic}) is in
 * its topic exactly once:
 *
 * <pre>
 * java -cp "&lt;plugin&gt;/lib/*:&lt;Kafka&gt;/libs/*" io.github.datahose.connect.tools.Audit \
 *   --bootstrap-server localhost:9092 --ledger-topic symphony.ledger
 * </pre>
 *
 * <p>The plugin must be first on the class path, because it has a later Jackson than many workers.
 * The command needs the rights to describe and read the topics. It joins no consumer group and
 * writes nothing.
 *
 * <p><b>What it does.</b> It reads the ledger, and then all records of the topics that the windows
 * name, as a {@code read_committed} consumer. For each window it compares the number of records by
 * topic and the sum of their identities. Across windows it finds duplicate identities, windows
 * without a ledger record, and sequence numbers that are in the ledger twice. It recomputes the
 * identity of events with their original text ({@code record.value=json}, or the field {@code
 * raw}), and of sent messages also from structs. It checks all windows that are in the ledger at
 * the start of the audit, while the connector continues to run. It does not count records without
 * the ledger's headers. For a window that is in several ledgers, it adds up their numbers: a reader
 * that lost its offsets starts with window 1 again, in a separate ledger. If there is a range of
 * time, each ledger must cover all of it.
 *
 * <p><b>What it cannot prove.</b> Events that Symphony did not put into the feed, or that another
 * reader of the feed received; the contents of records without their original text; what happened
 * in a possible gap; and which events the configuration dropped. The ledger has the number of
 * dropped events. After a stop or a crash that number is a lower bound, so that dropped events
 * might look missing. Only numbers can be compared in a window with dropped events. Where retention
 * or compaction might have deleted records, the audit reports that, and does not report them as
 * missing. A transformation that removes the two headers, or compaction of the ledger, makes an
 * audit impossible. A transformation that changes values requires {@code --ignore-values}.
 *
 * <p><b>Exit status.</b> 0: everything that was checked is there exactly once. 1: something is
 * missing, duplicated, or different from the ledger. 2: invalid usage, or Kafka could not be read.
 * 3: nothing is wrong, but not everything could be proven: a possible gap, deleted records, records
 * that could not be read, time that the ledger does not cover, or no window to check.
 *
 * <p><b>Memory.</b> About 1 kB for each window of the ledger, and at most 32 bytes for each record:
 * {@code -Xmx4g} is enough for 100 million records.
 */
public final class Audit {

  static final int PROVEN = 0;
  static final int WRONG = 1;
  static final int FAILED = 2;
  static final int UNPROVEN = 3;

  static final String WINDOW_HEADER = "symphony.window";
  static final String IDENTITY_HEADER = "symphony.identity";

  private static final Pattern USER_OF_ADDRESS = Pattern.compile("//[^/\\s]*@");

  private static final String USAGE =
      """
      Proves that each event of a ledger is in its topic exactly once.

      --bootstrap-server HOST:PORT[,...]   brokers (or set bootstrap.servers in --command-config)
      --command-config FILE                properties of the Kafka clients, such as security.protocol
      --ledger-topic TOPIC[,...]           ledger.topic of the connector, and its earlier names as long as
                                           the event topics contain records of that time
      --topics TOPIC[,...]                 additional topics that transformations send records to
      --from TIME, --to TIME               range of time: checks only windows that overlap it; for example
                                           2026-11-30 or 2026-11-30T12:00:00Z (UTC, end exclusive);
                                           the ledger must cover all of it
      --value-converter CLASS              converter for values that are not JSON
      --value-converter-config FILE        properties of the converter
      --value-converter-property KEY=VALUE one property of the converter; repeatable; not for passwords
      --ignore-values                      does not recompute identities, for values that were changed
      --timeout-ms MILLISECONDS            maximum time to wait for records of a partition (default: 60000)
      --windows                            shows all windows, not only readers
      --json                               prints JSON for programs
      --help

      Exit status: 0 everything is there exactly once; 1 something is missing, duplicated, or different
      from the ledger; 2 invalid usage, or Kafka could not be read; 3 nothing is wrong, but not everything
      could be proven.
      """;

  /** The topics that an audit reads. */
  interface Topics extends AutoCloseable {

    /**
     * Returns the partitions of those topics that exist, with their extents; the end includes
     * records that are not committed yet.
     */
    Map<TopicPartition, Extent> extents(Collection<String> topics);

    /** Returns the topics that are known to be compacted. */
    Set<String> compacted(Collection<String> topics);

    /**
     * Reads committed records.
     *
     * @return the partitions that could not be read to the end, with the offset reached
     */
    Map<TopicPartition, Long> read(
        Map<TopicPartition, Extent> extents, Consumer<ConsumerRecord<byte[], byte[]>> reader);

    @Override
    void close();
  }

  /** A way to open topics. */
  interface Connection {
    Topics open(Arguments arguments, PrintStream progress);
  }

  private final Arguments arguments;
  private final Topics topics;
  private final RecordValues values;
  private final Reconciliation reconciliation;

  /** Why the first unreadable ledger record cannot be read; null if all can. */
  private String firstUnreadable;

  private Audit(Arguments arguments, Topics topics, Clock clock) {
    this.arguments = arguments;
    this.topics = topics;
    values = new RecordValues(arguments.converter);
    reconciliation =
        new Reconciliation(arguments.from, arguments.to, clock.instant(), arguments.topics);
  }

  /**
   * Runs the command.
   *
   * @param args options, see {@code --help}
   */
  public static void main(String[] args) {
    System.exit(run(args, System.out, System.err));
  }

  /** Runs the command without ending the JVM, and returns its exit status. */
  static int run(String[] args, PrintStream out, PrintStream err) {
    return run(args, KafkaTopics::new, Clock.systemUTC(), out, err);
  }

  static int run(
      String[] args, Connection connection, Clock clock, PrintStream out, PrintStream err) {
    if (List.of(args).contains("--help")) {
      out.print(USAGE);
      return PROVEN;
    }
    Arguments arguments;
    try {
      arguments = Arguments.of(args);
    } catch (UsageException wrong) {
      err.println(wrong.getMessage());
      err.println("--help shows all options.");
      return FAILED;
    }
    try (Topics topics = connection.open(arguments, err)) {
      int status = new Audit(arguments, topics, clock).run(out);
      // A print stream throws nothing: a full disk must not leave half a proof.
      if (out.checkError()) {
        err.println("The audit failed: its output could not be written.");
        return FAILED;
      }
      return status;
    } catch (IllegalArgumentException | KafkaException failure) {
      err.println("The audit failed: " + describe(failure));
      return FAILED;
    } catch (LinkageError otherJars) {
      err.println(
          "The audit failed: put the plugin's jars first on the class path, before"
              + " Kafka's: "
              + describe(otherJars));
      return FAILED;
    } catch (OutOfMemoryError tooSmall) {
      err.println("The audit failed: it needs a larger heap, such as java -Xmx4g.");
      return FAILED;
    } catch (RuntimeException | Error bug) {
      // The JVM's own exit status for it would be that of a loss.
      StackOnly.of(bug).printStackTrace(err);
      return FAILED;
    }
  }

  /**
   * Returns the messages of a failure and its causes, where Kafka has the details. Removes possible
   * passwords: Kafka quotes parts of an invalid login, and HTTP clients of converters quote
   * addresses.
   */
  private static String describe(Throwable failure) {
    StringBuilder text = new StringBuilder();
    for (Throwable each = failure; each != null; each = each.getCause()) {
      String message = each.getMessage() == null ? each.getClass().getName() : each.getMessage();
      text.append(text.isEmpty() ? "" : ": ")
          .append(
              message.contains("JAAS config")
                  ? "sasl.jaas.config is invalid. Check the quotation marks around its values,"
                      + " and the semicolon at its end"
                  : USER_OF_ADDRESS.matcher(message).replaceAll("//"));
    }
    return Printable.line(text.toString());
  }

  private int run(PrintStream out) {
    Map<TopicPartition, Extent> ledger = topics.extents(arguments.ledgerTopics);
    for (String topic : arguments.ledgerTopics) {
      if (ledger.keySet().stream().noneMatch(partition -> partition.topic().equals(topic))) {
        throw new IllegalArgumentException(
            "topic " + topic + " does not exist, or you are not allowed to describe it");
      }
    }
    Map<TopicPartition, Long> unreadLedger = readLedger(ledger, false);
    if (!reconciliation.hasWindows() && firstUnreadable != null) {
      throw new IllegalArgumentException(firstUnreadable);
    }
    Set<String> named = new TreeSet<>(reconciliation.topics());
    named.addAll(arguments.topics);
    Map<TopicPartition, Extent> extents = topics.extents(named);
    Map<TopicPartition, Long> unread = topics.read(extents, this::readRecord);
    reportUnread(unread, extents);
    // A window that was open might be closed now. Then its ledger record is already in the log,
    // because it is there before the records of the next window are committed.
    Map<TopicPartition, Extent> grown = new HashMap<>();
    topics
        .extents(arguments.ledgerTopics)
        .forEach(
            (partition, now) -> {
              long end = ledger.containsKey(partition) ? ledger.get(partition).end() : 0;
              long read = unreadLedger.getOrDefault(partition, end);
              if (now.end() > read) {
                grown.put(partition, new Extent(Math.max(read, now.earliest()), now.end()));
              }
            });
    Map<TopicPartition, Long> stillUnread = readLedger(grown, true);
    reportUnread(stillUnread, grown);
    reconciliation.ledger(
        ledger.values().stream().anyMatch(extent -> extent.earliest() > 0),
        !topics.compacted(arguments.ledgerTopics).isEmpty(),
        !stillUnread.isEmpty());
    reconciliation.judge(extents, topics.compacted(named), unread.keySet());
    new AuditReport(reconciliation, arguments.ledgerTopics, extents, arguments.windows)
        .print(out, arguments.json);
    return switch (reconciliation.verdict()) {
      case NOTE -> PROVEN;
      case UNPROVEN -> UNPROVEN;
      case WRONG -> WRONG;
    };
  }

  /** Returns the partitions that could not be read to the end, with the offset reached. */
  private Map<TopicPartition, Long> readLedger(Map<TopicPartition, Extent> extents, boolean later) {
    return topics.read(
        extents,
        record -> {
          String place = place(record);
          try {
            Map<String, ?> window = values.window(record);
            if (window != null) {
              reconciliation.addWindow(record.topic(), window, place, later);
            }
          } catch (IllegalArgumentException unreadable) {
            String text =
                "the ledger record at "
                    + place
                    + " cannot be read: "
                    + Printable.line(unreadable.getMessage());
            firstUnreadable = firstUnreadable == null ? text : firstUnreadable;
            reconciliation.addUnreadable(record.timestamp(), text);
          }
        });
  }

  private void readRecord(ConsumerRecord<byte[], byte[]> record) {
    String window = values.header(record, WINDOW_HEADER);
    String identity = values.header(record, IDENTITY_HEADER);
    if (window == null && identity == null) {
      return;
    }
    boolean whole = Reconciliation.isWindow(window) && Reconciliation.isIdentity(identity);
    if (!whole) {
      reconciliation.addUnreadable(
          record.timestamp(),
          "the headers "
              + WINDOW_HEADER
              + " and "
              + IDENTITY_HEADER
              + " of the record at "
              + place(record)
              + " do not have the connector's format");
      return;
    }
    reconciliation.addRecord(
        new TopicPartition(record.topic(), record.partition()),
        record.offset(),
        window,
        identity,
        arguments.ignoreValues ? IdentityCheck.NOT_POSSIBLE : values.check(record, identity));
  }

  private void reportUnread(Map<TopicPartition, Long> unread, Map<TopicPartition, Extent> extents) {
    unread.forEach(
        (partition, position) ->
            reconciliation.add(
                Kind.UNSEEN,
                1,
                "timed out reading "
                    + partition
                    + " from offset "
                    + position
                    + " to "
                    + extents.get(partition).end()
                    + ": a transaction is open, or a broker is unavailable"));
  }

  private static String place(ConsumerRecord<?, ?> record) {
    return record.topic() + "-" + record.partition() + " offset " + record.offset();
  }

  /** A command line that cannot be used; the message says why, and quotes no value. */
  static final class UsageException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UsageException(String message) {
      super(message);
    }
  }

  /** The arguments of the command line. */
  static final class Arguments {

    private final Properties client = new Properties();
    private final Map<String, String> converterProperties = new HashMap<>();
    private final Set<String> ledgerTopics = new LinkedHashSet<>();
    private final Set<String> topics = new TreeSet<>();
    private Instant from;
    private Instant to;
    private String converterClass;

    /** Null for JSON. */
    private Converter converter;

    private Duration timeout = Duration.ofMinutes(1);
    private boolean ignoreValues;
    private boolean windows;
    private boolean json;

    private Arguments() {}

    static Arguments of(String[] args) {
      Arguments arguments = new Arguments();
      Deque<String> left = new ArrayDeque<>(List.of(args));
      String server = null;
      while (!left.isEmpty()) {
        String option = left.pop();
        switch (option) {
          case "--bootstrap-server" -> server = value(option, left);
          case "--command-config" -> arguments.client.putAll(properties(option, left));
          case "--ledger-topic" -> addNames(value(option, left), arguments.ledgerTopics);
          case "--topics" -> addNames(value(option, left), arguments.topics);
          case "--from" -> arguments.from = time(option, value(option, left));
          case "--to" -> arguments.to = time(option, value(option, left));
          case "--value-converter" -> arguments.converterClass = value(option, left);
          case "--value-converter-config" ->
              properties(option, left)
                  .forEach(
                      (key, value) ->
                          arguments.converterProperties.put((String) key, (String) value));
          case "--value-converter-property" -> {
            String[] pair = value(option, left).split("=", 2);
            require(pair.length == 2, option + " requires KEY=VALUE.");
            arguments.converterProperties.put(pair[0], pair[1]);
          }
          case "--ignore-values" -> arguments.ignoreValues = true;
          case "--timeout-ms" -> arguments.timeout = millis(option, value(option, left));
          case "--windows" -> arguments.windows = true;
          case "--json" -> arguments.json = true;
          // Not quoted: it might be a password in the wrong place.
          default -> throw new UsageException(unknown(args.length - left.size(), option));
        }
      }
      if (server != null) {
        arguments.client.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, server);
      }
      require(
          arguments.client.containsKey(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG),
          "--bootstrap-server is required.");
      require(!arguments.ledgerTopics.isEmpty(), "--ledger-topic is required.");
      require(
          arguments.from == null || arguments.to == null || arguments.from.isBefore(arguments.to),
          "--from must be before --to.");
      require(
          arguments.converterClass != null || arguments.converterProperties.isEmpty(),
          "Properties of a converter require --value-converter.");
      arguments.converter = arguments.newConverter();
      return arguments;
    }

    private Converter newConverter() {
      if (converterClass == null) {
        return null;
      }
      try {
        Converter made =
            Class.forName(converterClass)
                .asSubclass(Converter.class)
                .getDeclaredConstructor()
                .newInstance();
        made.configure(converterProperties, false);
        return made;
      } catch (ReflectiveOperationException | LinkageError | RuntimeException unusable) {
        // Without its message, which might quote a property.
        throw new UsageException(
            "--value-converter cannot be used ("
                + unusable.getClass().getSimpleName()
                + "). Check that its jars are on the class path, and check its properties.");
      }
    }

    static String unknown(int position, String option) {
      return option.startsWith("--")
          ? Printable.of(option.replaceFirst("=.*", "")) + " is unknown."
          : "Argument " + position + " is not an option.";
    }

    static String value(String option, Deque<String> left) {
      require(!left.isEmpty() && !left.peek().startsWith("--"), option + " requires a value.");
      return left.pop();
    }

    private static void addNames(String list, Set<String> names) {
      Stream.of(list.split(",", -1))
          .map(String::strip)
          .filter(name -> !name.isEmpty())
          .forEach(names::add);
    }

    private static Duration millis(String option, String text) {
      try {
        return Duration.ofMillis(Integer.parseInt(text));
      } catch (NumberFormatException noNumber) {
        throw new UsageException(option + " requires a number of milliseconds.");
      }
    }

    private static Instant time(String option, String text) {
      try {
        return text.contains("T")
            ? OffsetDateTime.parse(text).toInstant()
            : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
      } catch (DateTimeException noTime) {
        throw new UsageException(
            option + " requires a time, such as 2026-11-30 or 2026-11-30T12:00:00Z.");
      }
    }

    static Properties properties(String option, Deque<String> left) {
      Properties properties = new Properties();
      try (Reader reader =
          Files.newBufferedReader(Path.of(value(option, left)), StandardCharsets.UTF_8)) {
        properties.load(reader);
      } catch (IOException | IllegalArgumentException unreadable) {
        throw new UsageException("The file of " + option + " cannot be read.");
      }
      return properties;
    }

    static void require(boolean condition, String otherwise) {
      if (!condition) {
        throw new UsageException(otherwise);
      }
    }
  }

  /** The topics of a Kafka cluster. */
  private static final class KafkaTopics implements Topics {

    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration BETWEEN_PROGRESS = Duration.ofSeconds(10);

    private final Admin admin;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Duration timeout;
    private final PrintStream progress;

    KafkaTopics(Arguments arguments, PrintStream progress) {
      this.progress = progress;
      timeout = arguments.timeout;
      Map<String, Object> client = new HashMap<>();
      arguments.client.forEach((key, value) -> client.put((String) key, value));
      client.remove(ConsumerConfig.GROUP_ID_CONFIG);
      admin = Admin.create(client);
      client.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
      client.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
      // Records that retention deletes during the audit must not be skipped silently.
      client.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
      try {
        consumer =
            new KafkaConsumer<>(client, new ByteArrayDeserializer(), new ByteArrayDeserializer());
      } catch (KafkaException failure) {
        admin.close();
        throw failure;
      }
    }

    @Override
    public Map<TopicPartition, Extent> extents(Collection<String> topics) {
      Map<TopicPartition, OffsetSpec> earliest = new HashMap<>();
      Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
      admin
          .describeTopics(topics)
          .topicNameValues()
          .forEach(
              (topic, described) -> {
                TopicDescription description =
                    get(described, UnknownTopicOrPartitionException.class);
                if (description != null) {
                  description
                      .partitions()
                      .forEach(
                          info -> {
                            TopicPartition partition = new TopicPartition(topic, info.partition());
                            earliest.put(partition, OffsetSpec.earliest());
                            latest.put(partition, OffsetSpec.latest());
                          });
                }
              });
      Map<TopicPartition, Extent> extents = new HashMap<>();
      Map<TopicPartition, ListOffsetsResultInfo> begin =
          get(admin.listOffsets(earliest).all(), null);
      get(admin.listOffsets(latest).all(), null)
          .forEach(
              (partition, end) ->
                  extents.put(partition, new Extent(begin.get(partition).offset(), end.offset())));
      return extents;
    }

    @Override
    public Set<String> compacted(Collection<String> topics) {
      Set<String> compacted = new HashSet<>();
      admin
          .describeConfigs(
              topics.stream()
                  .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic))
                  .toList())
          .values()
          .forEach(
              (topic, config) -> {
                // Without the right to describe configurations, compaction is unknown.
                Config known = get(config, KafkaException.class);
                if (known != null
                    && known
                        .get(TopicConfig.CLEANUP_POLICY_CONFIG)
                        .value()
                        .contains(TopicConfig.CLEANUP_POLICY_COMPACT)) {
                  compacted.add(topic.name());
                }
              });
      return compacted;
    }

    /** Returns null if it failed with the tolerated error. */
    private static <T> T get(KafkaFuture<T> future, Class<? extends Exception> tolerated) {
      try {
        return future.get();
      } catch (ExecutionException failure) {
        if (tolerated != null && tolerated.isInstance(failure.getCause())) {
          return null;
        }
        throw failure.getCause() instanceof KafkaException cause
            ? cause
            : new KafkaException(failure.getCause());
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new KafkaException(interrupted);
      }
    }

    @Override
    public Map<TopicPartition, Long> read(
        Map<TopicPartition, Extent> extents, Consumer<ConsumerRecord<byte[], byte[]>> reader) {
      Map<TopicPartition, Long> positions = new HashMap<>();
      extents.forEach(
          (partition, extent) -> {
            if (extent.earliest() < extent.end()) {
              positions.put(partition, extent.earliest());
            }
          });
      long toRead =
          positions.keySet().stream()
              .mapToLong(each -> extents.get(each).end() - extents.get(each).earliest())
              .sum();
      consumer.assign(positions.keySet());
      positions.forEach(consumer::seek);
      long movedAt = System.nanoTime();
      long reportedAt = movedAt;
      while (!positions.isEmpty()) {
        for (ConsumerRecord<byte[], byte[]> record : poll()) {
          TopicPartition partition = new TopicPartition(record.topic(), record.partition());
          if (record.offset() < extents.get(partition).end()) {
            reader.accept(record);
          }
        }
        long now = System.nanoTime();
        for (TopicPartition each : List.copyOf(positions.keySet())) {
          long position = consumer.position(each);
          if (position >= extents.get(each).end()) {
            positions.remove(each);
            consumer.pause(Set.of(each));
            movedAt = now;
          } else if (positions.put(each, position) != position) {
            movedAt = now;
          }
        }
        if (now - movedAt > timeout.toNanos()) {
          return positions;
        }
        if (now - reportedAt > BETWEEN_PROGRESS.toNanos()) {
          reportedAt = now;
          long left =
              positions.entrySet().stream()
                  .mapToLong(each -> extents.get(each.getKey()).end() - each.getValue())
                  .sum();
          progress.printf(
              Locale.ROOT,
              "%d of %d offsets read (%d %%)%n",
              toRead - left,
              toRead,
              100 * (toRead - left) / toRead);
        }
      }
      return positions;
    }

    private Iterable<ConsumerRecord<byte[], byte[]>> poll() {
      try {
        return consumer.poll(POLL);
      } catch (OffsetOutOfRangeException deleted) {
        throw new KafkaException(
            "records were deleted while the audit read them. Run it again", deleted);
      }
    }

    @Override
    public void close() {
      consumer.close();
      admin.close();
    }
  }
}
