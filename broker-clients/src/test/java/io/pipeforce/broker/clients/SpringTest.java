package io.pipeforce.broker.clients;

import java.util.List;

/** Spring AMQP in Spring Boot, with its own recovery. */
class SpringTest extends FullClientContract {

  @Override
  List<String> command(String scenario) {
    return java("spring/target/spring.jar", scenario);
  }
}
