package io.pipeforce.broker.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class BasicPropertiesTest {
  private static final BasicProperties ALL =
      new BasicProperties(
          "type/sub",
          "gzip",
          new FieldTable(Map.of("k", new Field.Bool(true))),
          2,
          9,
          "correlation",
          "reply",
          "100",
          "id",
          1_700_000_000L,
          "kind",
          "guest",
          "app",
          "cluster");

  @Test
  void all_of_them_come_back() {
    assertThat(BasicProperties.decode(ALL.encode())).isEqualTo(ALL);
    assertThat(BasicProperties.decode(BasicProperties.NONE.encode()))
        .isEqualTo(BasicProperties.NONE);
  }

  @Test
  void each_change_changes_one_thing() {
    assertThat(ALL.withExpiration(null).expiration()).isNull();
    assertThat(ALL.withReplyTo("other").replyTo()).isEqualTo("other");
    assertThat(ALL.withHeaders(null).headers()).isNull();
    assertThat(ALL.withExpiration(null).withReplyTo("reply").clusterId()).isEqualTo("cluster");
  }

  @Test
  void flags_beyond_the_last_property_and_octets_behind_it_are_malformed() {
    assertThatThrownBy(() -> BasicProperties.decode(new byte[] {0, 1, 0, 0}))
        .isInstanceOf(MalformedFrameException.class);
    assertThatThrownBy(() -> BasicProperties.decode(new byte[] {0, 0, 7}))
        .isInstanceOf(MalformedFrameException.class);
    assertThatThrownBy(() -> BasicProperties.decode(new byte[] {(byte) 0x80, 0, 5, 'a'}))
        .isInstanceOf(MalformedFrameException.class);
  }
}
