// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.event.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.connect.event.EventMapper;
import io.github.datahose.connect.event.EventSchemas;
import io.github.datahose.connect.event.Fixtures;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.Test;

class MessageTextsTest {

  private static final String MESSAGE = "{'message':'<p>%s</p>'%s}";
  private static final String EVERYWHERE =
      "{'payload':{'messageSent':{'message':%s},'sharedPost':{'message':%s,'sharedMessage':%s}}}"
          .formatted(
              MESSAGE.formatted("a", ",'sharedMessage':" + MESSAGE.formatted("b", "")),
              MESSAGE.formatted("c", ",'sharedMessage':" + MESSAGE.formatted("d", "")),
              MESSAGE.formatted("e", ""));

  private final MessageTexts texts = new MessageTexts();

  @Test
  void readsMessagesOfAllSampleEvents() {
    StringBuilder all = new StringBuilder();
    for (String name : Fixtures.eventNames()) {
      Struct event = new EventMapper().map(Fixtures.event(name)).struct();
      texts.fill(event);
      event.validate();
      describe(event, "", all.append(name).append('\n'));
    }
    assertThat(all.toString()).isEqualTo(Fixtures.text("message-text", "events.txt"));
  }

  @Test
  void addsAndRemovesTextOfEachMessageInSchema() {
    Struct event = map(EVERYWHERE);
    texts.fill(event);
    StringBuilder all = new StringBuilder();
    describe(event, "", all);
    assertThat(all.toString().lines())
        .containsExactly(
            "  messageSent.message: \"a\"",
            "  messageSent.message.sharedMessage: \"b\"",
            "  sharedPost.message: \"c\"",
            "  sharedPost.message.sharedMessage: \"d\"",
            "  sharedPost.sharedMessage: \"e\"")
        .hasSize(textFields(EventSchemas.EVENT));
    assertThat(MessageTexts.clear(event)).isTrue();
    assertThat(event).isEqualTo(map(EVERYWHERE));
    assertThat(MessageTexts.clear(event)).isFalse();
  }

  @Test
  void keepsEventWithoutMessages() {
    for (String json :
        new String[] {"{}", "{'payload':{}}", "{'payload':{'messageSent':{'message':{}}}}"}) {
      Struct event = map(json);
      texts.fill(event);
      assertThat(event).isEqualTo(map(json));
    }
  }

  private static int textFields(Schema schema) {
    int fields = schema.field(EventSchemas.TEXT) == null ? 0 : 1;
    for (Field field : schema.fields()) {
      fields += field.schema().type() == Schema.Type.STRUCT ? textFields(field.schema()) : 0;
    }
    return fields;
  }

  /** A line for each message within the payload. */
  private static void describe(Struct struct, String path, StringBuilder lines) {
    if (struct.schema().field(EventSchemas.TEXT) != null) {
      String text = struct.getString(EventSchemas.TEXT);
      String told = text == null ? "null" : '"' + text.replace("\n", "\\n") + '"';
      lines.append("  ").append(path).append(": ").append(told).append('\n');
    }
    for (Field field : struct.schema().fields()) {
      if (struct.get(field) instanceof Struct child) {
        boolean payload = field.name().equals(EventSchemas.PAYLOAD);
        String dot = path.isEmpty() ? "" : ".";
        describe(child, payload ? "" : path + dot + field.name(), lines);
      }
    }
  }

  private static Struct map(String json) {
    return Fixtures.map(json).struct();
  }
}
