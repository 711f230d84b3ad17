package io.pipeforce.broker.clients;

import java.util.List;

/** Micronaut RabbitMQ, which leaves recovery to the Java client. */
class MicronautTest extends FullClientContract {

  @Override
  List<String> command(String scenario) {
    return java("micronaut/target/micronaut.jar", scenario);
  }
}
