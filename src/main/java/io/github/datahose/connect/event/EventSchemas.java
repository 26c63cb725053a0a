// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.event;

import static org.apache.kafka.connect.data.Schema.INT64_SCHEMA;
import static org.apache.kafka.connect.data.Schema.OPTIONAL_BOOLEAN_SCHEMA;
import static org.apache.kafka.connect.data.Schema.OPTIONAL_INT64_SCHEMA;
import static org.apache.kafka.connect.data.Schema.OPTIONAL_STRING_SCHEMA;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Timestamp;

/**
 * The Connect schema of an event, built once and shared. It follows Symphony's OpenAPI description
 * of {@code V4Event} field by field, with the same names. All fields are optional, because the API
 * requires none; only the elements of arrays are required, and a null among them is a mapping
 * error. The schemas have no doc and no parameters, because a schema registry treats their text as
 * a part of the schema.
 */
public final class EventSchemas {

  /** Field of an event: the original JSON text, derived, see {@code record.raw}. */
  public static final String RAW = "raw";

  /** Field of a message: its plain text, derived, see {@code record.text}. */
  public static final String TEXT = "text";

  static final String EVENT_TYPE = "type";
  public static final String PAYLOAD = "payload";

  /** Fields that are never filled from a JSON field of the same name. */
  static final Set<String> DERIVED = Set.of(RAW, TEXT);

  /** Free JSON objects, which remain JSON text in a string field. */
  static final Set<String> FREE_OBJECTS = Set.of("formValues", "parameters");

  private static final Schema USER = user().optional().build();

  private static final Schema STREAM =
      named("Stream")
          .field("streamId", OPTIONAL_STRING_SCHEMA)
          .field("streamType", OPTIONAL_STRING_SCHEMA)
          .field("roomName", OPTIONAL_STRING_SCHEMA)
          .field("members", listOf(user().build()))
          .field("external", OPTIONAL_BOOLEAN_SCHEMA)
          .field("crossPod", OPTIONAL_BOOLEAN_SCHEMA)
          .field("recipientTenantIds", listOf(INT64_SCHEMA))
          .optional()
          .build();

  private static final Schema THUMBNAIL =
      named("Thumbnail")
          .field("id", OPTIONAL_STRING_SCHEMA)
          .field("dimension", OPTIONAL_STRING_SCHEMA)
          .build();

  private static final Schema ATTACHMENT =
      named("Attachment")
          .field("id", OPTIONAL_STRING_SCHEMA)
          .field("name", OPTIONAL_STRING_SCHEMA)
          .field("size", OPTIONAL_INT64_SCHEMA)
          .field("images", listOf(THUMBNAIL))
          .build();

  // One level deep, with a structure and a name of its own: Avro rejects one name for two
  // structures.
  private static final Schema SHARED_MESSAGE = message("SharedMessage", null);
  private static final Schema MESSAGE = message("Message", SHARED_MESSAGE);

  private static final Schema KEY_VALUE_PAIR =
      named("KeyValuePair")
          .field("key", OPTIONAL_STRING_SCHEMA)
          .field("value", OPTIONAL_STRING_SCHEMA)
          .build();

  private static final Schema ROOM_PROPERTIES =
      named("RoomProperties")
          .field("name", OPTIONAL_STRING_SCHEMA)
          .field("description", OPTIONAL_STRING_SCHEMA)
          .field("creatorUser", USER)
          .field("createdDate", OPTIONAL_INT64_SCHEMA)
          .field("external", OPTIONAL_BOOLEAN_SCHEMA)
          .field("crossPod", OPTIONAL_BOOLEAN_SCHEMA)
          .field("public", OPTIONAL_BOOLEAN_SCHEMA)
          .field("copyProtected", OPTIONAL_BOOLEAN_SCHEMA)
          .field("readOnly", OPTIONAL_BOOLEAN_SCHEMA)
          .field("discoverable", OPTIONAL_BOOLEAN_SCHEMA)
          .field("membersCanInvite", OPTIONAL_BOOLEAN_SCHEMA)
          .field("canViewHistory", OPTIONAL_BOOLEAN_SCHEMA)
          .field("keywords", listOf(KEY_VALUE_PAIR))
          .optional()
          .build();

  /** An event type with its payload property. */
  record PayloadType(String eventType, String property, Schema schema) {}

  /** All known types, with their payloads. */
  static final List<PayloadType> PAYLOAD_TYPES =
      List.of(
          payload("messageSent", fields().field("message", MESSAGE)),
          payload(
              "sharedPost",
              fields().field("message", MESSAGE).field("sharedMessage", SHARED_MESSAGE)),
          payload("instantMessageCreated", inStream()),
          payload("roomCreated", inStream().field("roomProperties", ROOM_PROPERTIES)),
          payload("roomUpdated", inStream().field("newRoomProperties", ROOM_PROPERTIES)),
          payload("roomDeactivated", inStream()),
          payload("roomReactivated", inStream()),
          payload("userJoinedRoom", inStream().field("affectedUser", USER)),
          payload("userLeftRoom", inStream().field("affectedUser", USER)),
          payload("roomMemberPromotedToOwner", inStream().field("affectedUser", USER)),
          payload("roomMemberDemotedFromOwner", inStream().field("affectedUser", USER)),
          payload(
              "userRequestedToJoinRoom", inStream().field("affectedUsers", listOf(user().build()))),
          payload("connectionRequested", fields().field("toUser", USER)),
          payload("connectionAccepted", fields().field("fromUser", USER)),
          payload(
              "messageSuppressed",
              fields().field("messageId", OPTIONAL_STRING_SCHEMA).field("stream", STREAM)),
          payload(
              "symphonyElementsAction",
              inStream()
                  .field("formMessageId", OPTIONAL_STRING_SCHEMA)
                  .field("formId", OPTIONAL_STRING_SCHEMA)
                  .field("formValues", OPTIONAL_STRING_SCHEMA)),
          payload(
              "genericSystemEvent",
              inStream()
                  .field("eventTimestamp", OPTIONAL_INT64_SCHEMA)
                  .field("sourceSystem", OPTIONAL_STRING_SCHEMA)
                  .field("eventSubtype", OPTIONAL_STRING_SCHEMA)
                  .field("parameters", OPTIONAL_STRING_SCHEMA)));

  /** All known event types, as {@code V4Event.type} spells them. */
  public static final List<String> EVENT_TYPES =
      PAYLOAD_TYPES.stream().map(PayloadType::eventType).toList();

  /** Types that only newer agents support for a datahose: this one since agent 26.3.1. */
  private static final Set<String> NEWER_EVENT_TYPES = Set.of("GENERICSYSTEMEVENT");

  /** The 16 event types that every agent since 22.7 accepts in a read of a datahose. */
  public static final List<String> DATAHOSE_EVENT_TYPES =
      EVENT_TYPES.stream().filter(type -> !NEWER_EVENT_TYPES.contains(type)).toList();

  /** Schema of a record's value. Each change increases its version. */
  public static final Schema EVENT =
      named("Event")
          .version(1)
          .field("id", OPTIONAL_STRING_SCHEMA)
          .field("messageId", OPTIONAL_STRING_SCHEMA)
          .field("timestamp", Timestamp.builder().optional().build())
          .field(EVENT_TYPE, OPTIONAL_STRING_SCHEMA)
          .field("diagnostic", OPTIONAL_STRING_SCHEMA)
          .field("initiator", named("Initiator").field("user", USER).optional().build())
          .field(PAYLOAD, payload())
          .field(RAW, OPTIONAL_STRING_SCHEMA)
          .build();

  private EventSchemas() {}

  private static SchemaBuilder named(String name) {
    return SchemaBuilder.struct().name("io.github.datahose.connect." + name);
  }

  private static Schema listOf(Schema element) {
    return SchemaBuilder.array(element).optional().build();
  }

  private static SchemaBuilder user() {
    return named("User")
        .field("userId", OPTIONAL_INT64_SCHEMA)
        .field("firstName", OPTIONAL_STRING_SCHEMA)
        .field("lastName", OPTIONAL_STRING_SCHEMA)
        .field("displayName", OPTIONAL_STRING_SCHEMA)
        .field("email", OPTIONAL_STRING_SCHEMA)
        .field("username", OPTIONAL_STRING_SCHEMA);
  }

  private static Schema message(String name, Schema sharedMessage) {
    SchemaBuilder message =
        named(name)
            .field("messageId", OPTIONAL_STRING_SCHEMA)
            .field("parentMessageId", OPTIONAL_STRING_SCHEMA)
            .field("timestamp", OPTIONAL_INT64_SCHEMA)
            .field("message", OPTIONAL_STRING_SCHEMA);
    if (sharedMessage != null) {
      message.field("sharedMessage", sharedMessage);
    }
    return message
        .field("data", OPTIONAL_STRING_SCHEMA)
        .field("attachments", listOf(ATTACHMENT))
        .field("user", USER)
        .field("stream", STREAM)
        .field("externalRecipients", OPTIONAL_BOOLEAN_SCHEMA)
        .field("diagnostic", OPTIONAL_STRING_SCHEMA)
        .field("userAgent", OPTIONAL_STRING_SCHEMA)
        .field("originalFormat", OPTIONAL_STRING_SCHEMA)
        .field("disclaimer", OPTIONAL_STRING_SCHEMA)
        .field("sid", OPTIONAL_STRING_SCHEMA)
        .field("replacing", OPTIONAL_STRING_SCHEMA)
        .field("replacedBy", OPTIONAL_STRING_SCHEMA)
        .field("initialMessageId", OPTIONAL_STRING_SCHEMA)
        .field("initialTimestamp", OPTIONAL_INT64_SCHEMA)
        .field("silent", OPTIONAL_BOOLEAN_SCHEMA)
        .field(TEXT, OPTIONAL_STRING_SCHEMA)
        .optional()
        .build();
  }

  private static SchemaBuilder fields() {
    return SchemaBuilder.struct();
  }

  private static SchemaBuilder inStream() {
    return fields().field("stream", STREAM);
  }

  /**
   * Creates a payload type. The type is the property in upper case, and the schema's name the
   * capitalized property.
   */
  private static PayloadType payload(String property, SchemaBuilder fields) {
    String name = property.substring(0, 1).toUpperCase(Locale.ROOT) + property.substring(1);
    Schema schema = fields.name("io.github.datahose.connect." + name).optional().build();
    return new PayloadType(property.toUpperCase(Locale.ROOT), property, schema);
  }

  private static Schema payload() {
    SchemaBuilder payload = named("Payload");
    PAYLOAD_TYPES.forEach(type -> payload.field(type.property(), type.schema()));
    return payload.optional().build();
  }
}
