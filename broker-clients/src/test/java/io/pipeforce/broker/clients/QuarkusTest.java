package io.pipeforce.broker.clients;

import java.util.List;

/** SmallRye Reactive Messaging in Quarkus, with its own recovery. */
class QuarkusTest extends FullClientContract {

  @Override
  List<String> command(String scenario) {
    return java("quarkus/target/quarkus-app/quarkus-run.jar", scenario);
  }
}
