package io.pipeforce.broker.clients;

import io.pipeforce.test.internal.RealParts;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;

/** Python's usual client. It has no recovery: its users write a loop. */
class PikaTest extends FullClientContract {

  @BeforeAll
  static void pika_is_there() {
    RealParts.here().assume("python3-pika");
  }

  @Override
  List<String> command(String scenario) {
    return List.of(RealParts.PYTHON, script("with_pika.py"), scenario);
  }
}
