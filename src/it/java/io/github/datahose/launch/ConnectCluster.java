// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.launch;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A real broker and real distributed workers with the packaged archive, for integration tests. It
 * runs after {@code package}, so in a class named {@code ...IT}.
 *
 * <p>Most tests share one, since a start costs some seconds; {@link WorkerFixture} is a connector
 * in it.
 *
 * <p>A test that uses the shared one names its connectors and topics after itself, deletes its
 * connectors, and does not stop or kill anything. A test that does, or needs other settings, starts
 * workers of its own, on the shared broker unless it breaks that too:
 *
 * <pre>{@code
 * try (ConnectCluster cluster =
 *     ConnectCluster.named("chaos").on(ConnectCluster.shared().broker()).exactlyOnce().workers(2).start()) {
 *   cluster.workers().get(0).kill();
 *   ...
 * }
 * }</pre>
 *
 * Configurations, data and logs are kept below {@code target/launch/<name>-...}. All processes end
 * with this JVM, even if it is killed. Only one thread at a time may start or stop workers or the
 * broker; everything else is thread-safe.
 */
public final class ConnectCluster implements AutoCloseable {
  private static ConnectCluster shared;
  private static ConnectCluster sharedExactlyOnce;

  private final Builder settings;
  private final Path directory;
  private final BrokerProcess broker;
  private final List<WorkerProcess> workers = new ArrayList<>();

  private ConnectCluster(Builder settings) {
    this.settings = settings;
    this.directory = Build.newDirectory(settings.name);
    this.broker =
        settings.broker != null
            ? settings.broker
            : BrokerProcess.start(
                kafka(), settings.jvm, directory.resolve("broker"), settings.brokerProperties);
  }

  /**
   * The broker and at-least-once worker that the tests of this JVM share. Started at the first
   * call, never closed. Its connector gives up and warns sooner than in production.
   */
  public static synchronized ConnectCluster shared() {
    if (shared == null) {
      shared = named("shared").jvm(impatient()).start();
    }
    return shared;
  }

  /**
   * The shared worker with exactly-once support, on the shared broker. Started at the first call,
   * never closed.
   */
  public static synchronized ConnectCluster sharedExactlyOnce() {
    if (sharedExactlyOnce == null) {
      sharedExactlyOnce =
          named("shared-exactly-once").on(shared().broker()).jvm(impatient()).exactlyOnce().start();
    }
    return sharedExactlyOnce;
  }

  /** A worker's Java in which two minutes of the connector's patience are twelve seconds. */
  public static Jvm impatient() {
    return Jvm.quick().with("-Dio.github.datahose.connect.test.patience.divisor=10");
  }

  /**
   * Begins a cluster of one's own; the name is its workers' group and shows in paths and topics.
   */
  public static Builder named(String name) {
    return new Builder(name);
  }

  /** The broker. */
  public BrokerProcess broker() {
    return broker;
  }

  /** The address of the broker for clients. */
  public String bootstrapServers() {
    return broker.bootstrapServers();
  }

  /** All workers that were started, dead ones included. */
  public List<WorkerProcess> workers() {
    return List.copyOf(workers);
  }

  /** The first worker. */
  public WorkerProcess worker() {
    return workers.get(0);
  }

  /** The REST interface of the first worker that runs. */
  public ConnectRest rest() {
    return workers.stream()
        .filter(WorkerProcess::isAlive)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no worker runs, see " + directory))
        .rest();
  }

  /** Where the workers store the offsets of connectors that name no topic of their own for them. */
  public String offsetsTopic() {
    return settings.name + "-connect-offsets";
  }

  /** Reads topics of the broker. */
  public TopicReader topics() {
    return new TopicReader(bootstrapServers());
  }

  /** Creates a topic of one partition, since the broker creates none by itself. */
  public void createTopic(String name) {
    broker.createTopic(name, 1, Map.of());
  }

  /**
   * Runs the audit of a ledger like its users: in a separate JVM, with the jars of the installed
   * archive and of the worker's Kafka.
   *
   * @param output the file that its output is appended to
   * @param options in addition to the broker, see its {@code --help}
   * @param converters jars of the values' converter, where that is not Kafka's
   * @return its exit status
   */
  public int audit(Path output, List<String> options, Path... converters) {
    return JavaProcess.start(
            settings.jvm,
            Stream.of(
                    Stream.of(worker().plugins().jars()),
                    Stream.of(converters),
                    kafka().jars().stream())
                .flatMap(jars -> jars)
                .toList(),
            "io.github.datahose.connect.tools.Audit",
            Stream.concat(Stream.of("--bootstrap-server", bootstrapServers()), options.stream())
                .toList(),
            output)
        .awaitExit();
  }

  /** Adds a worker to the group and waits until it has joined. */
  public WorkerProcess addWorker() {
    WorkerProcess worker = startWorker();
    worker.awaitReady();
    return worker;
  }

  /** Where configurations, data and logs are. */
  public Path directory() {
    return directory;
  }

  /** Kills the workers, and the broker if it was started here. */
  @Override
  public void close() {
    workers.forEach(WorkerProcess::close);
    if (settings.broker == null) {
      broker.close();
    }
  }

  private WorkerProcess startWorker() {
    Path home = directory.resolve("worker-" + (workers.size() + 1));
    PluginDirectory plugins = PluginDirectory.of(home);
    plugins.install(Build.componentArchive());
    settings.plugins.forEach(plugin -> plugin.accept(plugins));
    Map<String, String> properties = new HashMap<>();
    properties.put("bootstrap.servers", broker.bootstrapServers());
    properties.put("group.id", settings.name);
    properties.put("config.storage.topic", settings.name + "-connect-configs");
    properties.put("offset.storage.topic", offsetsTopic());
    properties.put("status.storage.topic", settings.name + "-connect-status");
    properties.put(
        "plugin.path",
        Stream.concat(Stream.of(plugins.path()), settings.morePlugins.stream())
            .map(path -> path.toAbsolutePath().toString())
            .collect(Collectors.joining(",")));
    properties.putAll(settings.workerProperties);
    WorkerProcess worker = WorkerProcess.start(kafka(), settings.jvm, home, properties);
    workers.add(worker);
    return worker;
  }

  private KafkaClassPath kafka() {
    return KafkaClassPath.of(settings.kafkaVersion);
  }

  /** What a cluster is started with. */
  public static final class Builder {
    private final String name;
    private final Map<String, String> brokerProperties = new HashMap<>();
    private final Map<String, String> workerProperties = new HashMap<>();
    private final List<Consumer<PluginDirectory>> plugins = new ArrayList<>();
    private final List<Path> morePlugins = new ArrayList<>();
    private String kafkaVersion = Build.kafkaVersion();
    private Jvm jvm = Jvm.quick();
    private BrokerProcess broker;
    private int workers = 1;

    private Builder(String name) {
      this.name = name;
    }

    /** Another Kafka than the build's, such as 3.9.2. */
    public Builder kafka(String version) {
      kafkaVersion = version;
      return this;
    }

    /** Another Java, heap or option for all processes. */
    public Builder jvm(Jvm value) {
      jvm = value;
      return this;
    }

    /** Uses a broker that runs already, and leaves it running. */
    public Builder on(BrokerProcess running) {
      broker = running;
      return this;
    }

    /** The number of workers; 1 unless said. */
    public Builder workers(int count) {
      workers = count;
      return this;
    }

    /** Workers with {@code exactly.once.source.support=enabled}. */
    public Builder exactlyOnce() {
      return workerProperty("exactly.once.source.support", "enabled");
    }

    /** A worker property; wins over all others. */
    public Builder workerProperty(String key, String value) {
      workerProperties.put(key, value);
      return this;
    }

    /** A property of a broker that is started here; wins over all others. */
    public Builder brokerProperty(String key, String value) {
      brokerProperties.put(key, value);
      return this;
    }

    /**
     * Installs a class of the tests, such as a predicate, as a plugin: see {@link PluginDirectory}.
     */
    public Builder plugin(Class<?> service, Class<?> plugin, Class<?>... needed) {
      plugins.add(directory -> directory.install(service, plugin, List.of(needed)));
      return this;
    }

    /** Adds a directory with plugins to the workers' {@code plugin.path}. */
    public Builder plugins(Path directory) {
      morePlugins.add(directory);
      return this;
    }

    /**
     * Starts all of it and waits until the workers have joined; leaves nothing running when it
     * cannot.
     */
    public ConnectCluster start() {
      ConnectCluster cluster = new ConnectCluster(this);
      try {
        for (int i = 0; i < workers; i++) {
          cluster.startWorker();
        }
        cluster.workers.forEach(WorkerProcess::awaitReady);
        return cluster;
      } catch (RuntimeException e) {
        cluster.close();
        throw e;
      }
    }
  }
}
