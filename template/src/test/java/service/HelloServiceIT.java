package service;

import static io.pipeforce.test.ServiceTest.BrokerChoice.ENVIRONMENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.pipeforce.EventClient;
import io.pipeforce.test.ServiceTest;
import io.pipeforce.test.ServiceUnderTest;
import org.junit.jupiter.api.Test;

/** Runs on the broker that PIPEFORCE_MESSAGE_BROKER names; without it, on a dev broker. */
@ServiceTest(value = HelloService.class, broker = ENVIRONMENT)
class HelloServiceIT {

  @Test
  void an_event_reaches_the_greeting(EventClient events, ServiceUnderTest service) {
    events.send("some.event.key.x", "{\"hello\":\"world\"}");

    service.awaitHandled("HelloService.greeting", 1);
    assertThat(service.output()).contains("GREETING CALLED. BODY: {\"hello\":\"world\"}");
  }
}
