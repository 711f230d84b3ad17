package io.pipeforce.broker.clients;

import io.pipeforce.test.internal.RealParts;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;

/** The command line of the C client: no confirms, and a message's reply-to is not handed on. */
class AmqpToolsTest extends ClientContract {

  @BeforeAll
  static void the_tools_are_there() {
    RealParts.here().assume("amqp-tools");
  }

  @Override
  List<String> command(String scenario) {
    return List.of("bash", script("with_amqp_tools.sh"), scenario);
  }
}
