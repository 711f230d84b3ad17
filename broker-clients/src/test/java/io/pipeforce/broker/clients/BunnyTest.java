package io.pipeforce.broker.clients;

import io.pipeforce.test.internal.RealParts;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;

/** Ruby's usual client, with its own recovery. */
class BunnyTest extends FullClientContract {

  @BeforeAll
  static void bunny_is_there() {
    RealParts.here().assume("ruby-bunny");
  }

  @Override
  List<String> command(String scenario) {
    return List.of("ruby", script("with_bunny.rb"), scenario);
  }
}
