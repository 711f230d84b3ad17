package io.pipeforce.broker.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TextTest {
  @Test
  void text_is_what_java_takes_it_for() {
    for (String text : new String[] {"", "a.b", "é", "漢字", "𝄞𝄞", "\uFFFD", "\0"}) {
      byte[] octets = text.getBytes(StandardCharsets.UTF_8);

      assertThat(Text.decode(octets)).isEqualTo(text);
      assertThat(Text.encode(text)).isEqualTo(octets);
      assertThat(Text.hasEscapes(text)).isFalse();
    }
  }

  @Test
  void any_octets_come_back_as_they_went() {
    Random random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      byte[] octets = new byte[random.nextInt(12)];
      random.nextBytes(octets);

      assertThat(Text.encode(Text.decode(octets))).isEqualTo(octets);
    }
  }

  @Test
  void octets_that_are_no_text_are_shown_as_latin_1() {
    String text = Text.decode(new byte[] {'h', (byte) 0xFF, 'x', (byte) 0xC3});

    assertThat(Text.hasEscapes(text)).isTrue();
    assertThat(Text.printable(text)).isEqualTo("hÿxÃ");
  }
}
