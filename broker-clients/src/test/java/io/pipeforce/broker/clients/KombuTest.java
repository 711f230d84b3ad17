package io.pipeforce.broker.clients;

import io.pipeforce.test.internal.RealParts;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;

/** Celery's messaging library, with its own recovery: a consumer mixin and {@code ensure}. */
class KombuTest extends FullClientContract {

  @BeforeAll
  static void kombu_is_there() {
    RealParts.here().assume("python3-kombu");
  }

  @Override
  List<String> command(String scenario) {
    return List.of(RealParts.PYTHON, script("with_kombu.py"), scenario);
  }
}
