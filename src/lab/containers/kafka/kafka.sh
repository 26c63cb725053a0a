#!/usr/bin/env bash
# Kafka's commands, each under the name that the distribution gives it.
heap=-Xmx256m
logging=tools-log4j2.yaml
case $(basename "$0" .sh) in
  connect-distributed)
    main=org.apache.kafka.connect.cli.ConnectDistributed heap=-Xmx512m logging=connect-log4j2.yaml
    ;;
  kafka-console-consumer) main=org.apache.kafka.tools.consumer.ConsoleConsumer ;;
  kafka-server-start) main=kafka.Kafka heap=-Xmx512m logging=log4j2.yaml ;;
  kafka-topics) main=org.apache.kafka.tools.TopicCommand ;;
esac
# Options are words.
# shellcheck disable=SC2086
exec java ${KAFKA_HEAP_OPTS:-$heap} "-Dlog4j2.configurationFile=/opt/kafka/config/$logging" ${KAFKA_OPTS:-} \
  -cp '/opt/kafka/libs/*' "$main" "$@"
