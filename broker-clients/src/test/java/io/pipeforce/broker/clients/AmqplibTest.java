package io.pipeforce.broker.clients;

import io.pipeforce.test.internal.RealParts;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;

/** Node's usual client. It has no recovery: its users connect again. */
class AmqplibTest extends FullClientContract {

  @BeforeAll
  static void amqplib_is_there() {
    RealParts.here().assume("amqplib");
  }

  @Override
  List<String> command(String scenario) {
    return List.of(
        "env",
        "NODE_PATH=" + RealParts.amqplib().orElseThrow(),
        "node",
        script("with_amqplib.js"),
        scenario);
  }
}
