package io.pipeforce.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pipeforce.BaseService;
import io.pipeforce.DeadLetterException;
import io.pipeforce.Event;
import io.pipeforce.EventClient;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

@ServiceTest(ServiceTestTest.Greeter.class)
class ServiceTestTest {
  public static class Greeter extends BaseService {
    int greeted;

    @Event("greeter.hello.*")
    public String hello(String name) {
      greeted++;
      System.out.println("HELLO " + name);
      return "hello " + name;
    }

    @Event("greeter.refuse")
    public void refuse(String name) {
      throw new DeadLetterException("no greeting for " + name);
    }
  }

  private static final Set<String> servicesSeen = new HashSet<>();

  private EventClient client;

  @BeforeEach
  void takeClient(EventClient events) {
    client = events;
  }

  @Test
  void an_event_is_handled_by_the_instance_under_test(ServiceUnderTest service) {
    client.send("greeter.hello.x", "world");
    client.send("greeter.hello.y", "moon");

    service.awaitHandled("Greeter.hello", 2);
    assertThat(service.service(Greeter.class).greeted).isEqualTo(2);
    assertThat(service.output()).contains("HELLO world", "HELLO moon");
    assertThat(service.deadLetters()).isEmpty();
  }

  @Test
  void a_request_is_answered(EventClient events) {
    assertThat(events.request("greeter.hello.x", "world", Duration.ofSeconds(10)).text())
        .isEqualTo("hello world");
  }

  @Test
  void a_dead_letter_tells_handler_and_reason(EventClient events, ServiceUnderTest service) {
    events.send("greeter.refuse", "nobody");

    DeadLetter letter = service.awaitDeadLetters(1).getFirst();
    assertThat(letter.handler()).isEqualTo("Greeter.refuse");
    assertThat(letter.reason()).isEqualTo("no greeting for nobody");
    assertThat(letter.attempts()).isEqualTo(1);
    assertThat(letter.message().key()).isEqualTo("greeter.refuse");
    assertThat(letter.message().text()).isEqualTo("nobody");
    assertThat(service.deliveriesOf("refuse").dead()).isEqualTo(1);
  }

  @RepeatedTest(2)
  void every_test_has_a_service_and_queues_of_its_own(ServiceUnderTest service) {
    assertThat(service.service(Greeter.class).greeted).isZero();
    assertThat(service.deliveriesOf("hello").received()).isZero();
    assertThat(service.output()).isEmpty();
    assertThat(servicesSeen.add(service.settings().service())).isTrue();
  }

  @Test
  void names_that_do_not_exist_are_answered_with_those_that_do(ServiceUnderTest service) {
    assertThatThrownBy(() -> service.awaitHandled("helo", 1))
        .hasMessage("no handler is called helo; there are Greeter.hello, Greeter.refuse");
    assertThatThrownBy(() -> service.service(Other.class))
        .hasMessageStartingWith("Other is not under test");
    assertThat(List.of(service.settings().broker().host())).containsExactly("127.0.0.1");
  }

  public static class Other extends BaseService {}
}
