package io.pipeforce.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipeforce.hub.platform.Logs;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LastOctetsTest {
  @Test
  void the_end_of_what_was_written_is_remembered_however_it_was_written() {
    Random random = new Random(7);
    for (int round = 0; round < 2_000; round++) {
      int kept = random.nextInt(20);
      LastOctets tail = new LastOctets(kept);
      StringBuilder all = new StringBuilder();
      for (int write = random.nextInt(6); write > 0; write--) {
        byte[] text =
            Integer.toString(random.nextInt())
                .repeat(random.nextInt(4))
                .getBytes(StandardCharsets.US_ASCII);
        int from = text.length == 0 ? 0 : random.nextInt(text.length);
        tail.write(text, from, text.length - from);
        all.append(new String(text, from, text.length - from, StandardCharsets.US_ASCII));
        tail.write('.');
        all.append('.');
      }
      int begin = Math.max(0, all.length() - kept);

      Logs.Tail told = tail.toLogs(5);

      assertThat(told.text()).isEqualTo(all.substring(begin));
      assertThat(told.left()).isEqualTo(5 + begin);
    }
  }
}
