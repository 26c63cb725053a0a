// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Timestamp;
import org.junit.jupiter.api.Test;

class EventSchemasTest {

  private static final List<Schema> SCHEMAS = schemas(EventSchemas.EVENT, new ArrayList<>());

  @Test
  void namesAreThoseOfTheApiInOneNamespace() {
    assertThat(SCHEMAS.stream().filter(EventSchemasTest::isStruct).map(Schema::name).distinct())
        .allMatch(name -> name.startsWith("io.github.datahose.connect."))
        .extracting(name -> name.substring("io.github.datahose.connect.".length()))
        .containsExactlyInAnyOrder(
            "Event",
            "Initiator",
            "User",
            "Payload",
            "MessageSent",
            "SharedPost",
            "InstantMessageCreated",
            "RoomCreated",
            "RoomUpdated",
            "RoomDeactivated",
            "RoomReactivated",
            "UserJoinedRoom",
            "UserLeftRoom",
            "RoomMemberPromotedToOwner",
            "RoomMemberDemotedFromOwner",
            "UserRequestedToJoinRoom",
            "ConnectionRequested",
            "ConnectionAccepted",
            "MessageSuppressed",
            "SymphonyElementsAction",
            "GenericSystemEvent",
            "Message",
            "SharedMessage",
            "Stream",
            "Attachment",
            "Thumbnail",
            "RoomProperties",
            "KeyValuePair");
  }

  @Test
  void allNamesAreValidInAvro() {
    for (Schema schema : SCHEMAS) {
      if (schema.name() != null) {
        assertThat(schema.name()).matches("[A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z_][A-Za-z0-9_]*)*");
      }
      if (isStruct(schema)) {
        assertThat(schema.fields())
            .extracting(Field::name)
            .allMatch(n -> n.matches("[A-Za-z_][A-Za-z0-9_]*"));
      }
    }
  }

  @Test
  void oneNameStandsForOneShape() {
    Map<String, List<Field>> shapes = new HashMap<>();
    for (Schema schema : SCHEMAS) {
      if (isStruct(schema)) {
        assertThat(schema.name()).isNotNull();
        assertThat(schema.fields())
            .as(schema.name())
            .isEqualTo(shapes.computeIfAbsent(schema.name(), name -> schema.fields()));
      }
    }
  }

  @Test
  void everyFieldIsOptionalAndNoneHasADefault() {
    for (Schema schema : SCHEMAS) {
      assertThat(schema.defaultValue()).isNull();
      if (isStruct(schema)) {
        assertThat(schema.fields())
            .as(schema.name())
            .allMatch(field -> field.schema().isOptional());
      }
    }
  }

  @Test
  void nothingHasDocOrParametersAndOnlyTheTopHasAVersion() {
    assertThat(EventSchemas.EVENT.version()).isEqualTo(1);
    for (Schema schema : SCHEMAS) {
      assertThat(schema.doc()).isNull();
      assertThat(schema.parameters()).isNull();
      if (schema != EventSchemas.EVENT && !Timestamp.LOGICAL_NAME.equals(schema.name())) {
        assertThat(schema.version()).as(schema.name()).isNull();
      }
    }
  }

  @Test
  void fieldsStandInTheOrderOfTheApi() {
    assertThat(fieldNames("Event"))
        .isEqualTo("id messageId timestamp type diagnostic initiator payload raw");
    assertThat(fieldNames("User"))
        .isEqualTo("userId firstName lastName displayName email username");
    assertThat(fieldNames("Message"))
        .isEqualTo(
            "messageId parentMessageId timestamp message sharedMessage data attachments user stream"
                + " externalRecipients diagnostic userAgent originalFormat disclaimer sid replacing"
                + " replacedBy initialMessageId initialTimestamp silent text");
    assertThat(fieldNames("SharedMessage"))
        .isEqualTo(fieldNames("Message").replace("sharedMessage ", ""));
    assertThat(fieldNames("Stream"))
        .isEqualTo("streamId streamType roomName members external crossPod recipientTenantIds");
    assertThat(fieldNames("RoomProperties"))
        .isEqualTo(
            "name description creatorUser createdDate external crossPod public copyProtected readOnly"
                + " discoverable membersCanInvite canViewHistory keywords");
    assertThat(fieldNames("Attachment")).isEqualTo("id name size images");
    assertThat(fieldNames("Thumbnail")).isEqualTo("id dimension");
    assertThat(fieldNames("KeyValuePair")).isEqualTo("key value");
  }

  @Test
  void onlyTheEnvelopesTimeIsATimestamp() {
    List<Schema> timestamps =
        SCHEMAS.stream().filter(schema -> Timestamp.LOGICAL_NAME.equals(schema.name())).toList();
    assertThat(timestamps).containsExactly(EventSchemas.EVENT.field("timestamp").schema());
  }

  @Test
  void payloadsBelongToTheirTypes() {
    StringBuilder table = new StringBuilder();
    for (EventSchemas.PayloadType type : EventSchemas.PAYLOAD_TYPES) {
      String simpleName = type.schema().name().replace("io.github.datahose.connect.", "");
      table.append(type.eventType()).append(' ').append(type.property());
      table.append(": ").append(fieldNames(simpleName)).append('\n');
      assertThat(EventSchemas.EVENT.field("payload").schema().field(type.property()).schema())
          .isSameAs(type.schema());
    }
    assertThat(table)
        .hasToString(
            """
            MESSAGESENT messageSent: message
            SHAREDPOST sharedPost: message sharedMessage
            INSTANTMESSAGECREATED instantMessageCreated: stream
            ROOMCREATED roomCreated: stream roomProperties
            ROOMUPDATED roomUpdated: stream newRoomProperties
            ROOMDEACTIVATED roomDeactivated: stream
            ROOMREACTIVATED roomReactivated: stream
            USERJOINEDROOM userJoinedRoom: stream affectedUser
            USERLEFTROOM userLeftRoom: stream affectedUser
            ROOMMEMBERPROMOTEDTOOWNER roomMemberPromotedToOwner: stream affectedUser
            ROOMMEMBERDEMOTEDFROMOWNER roomMemberDemotedFromOwner: stream affectedUser
            USERREQUESTEDTOJOINROOM userRequestedToJoinRoom: stream affectedUsers
            CONNECTIONREQUESTED connectionRequested: toUser
            CONNECTIONACCEPTED connectionAccepted: fromUser
            MESSAGESUPPRESSED messageSuppressed: messageId stream
            SYMPHONYELEMENTSACTION symphonyElementsAction: stream formMessageId formId formValues
            GENERICSYSTEMEVENT genericSystemEvent: stream eventTimestamp sourceSystem eventSubtype parameters
            """);
  }

  @Test
  void datahosesKnow16TypesFromTheStart() {
    assertThat(EventSchemas.DATAHOSE_EVENT_TYPES)
        .hasSize(16)
        .doesNotContain("GENERICSYSTEMEVENT")
        .isSubsetOf(EventSchemas.EVENT_TYPES);
    assertThat(EventSchemas.EVENT_TYPES).hasSize(17).contains("GENERICSYSTEMEVENT");
  }

  @Test
  void noStructHasMoreFieldsThanTheReaderCanTick() {
    assertThat(SCHEMAS)
        .filteredOn(EventSchemasTest::isStruct)
        .allMatch(s -> s.fields().size() <= Long.SIZE);
  }

  private static String fieldNames(String simpleName) {
    Schema schema =
        SCHEMAS.stream()
            .filter(each -> ("io.github.datahose.connect." + simpleName).equals(each.name()))
            .findFirst()
            .orElseThrow();
    return String.join(" ", schema.fields().stream().map(Field::name).toList());
  }

  private static boolean isStruct(Schema schema) {
    return schema.type() == Schema.Type.STRUCT;
  }

  private static List<Schema> schemas(Schema schema, List<Schema> found) {
    found.add(schema);
    if (isStruct(schema)) {
      schema.fields().forEach(field -> schemas(field.schema(), found));
    } else if (schema.type() == Schema.Type.ARRAY) {
      schemas(schema.valueSchema(), found);
    }
    return found;
  }
}
