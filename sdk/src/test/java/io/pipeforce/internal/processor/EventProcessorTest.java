package io.pipeforce.internal.processor;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipeforce.BaseService;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventProcessorTest {
  private static final String HELLO =
      """
      package service;
      import io.pipeforce.*;
      public class HelloService extends BaseService {
        @Event("some.event.key.*")
        public void greeting(String body) {}
      }
      """;

  @TempDir Path output;

  @Test
  void a_service_is_found_by_the_service_loader() throws Exception {
    Compilation compilation = Compilation.of(output, HELLO);

    assertThat(compilation.errors()).isEmpty();
    assertThat(compilation.index()).containsExactly("service.HelloService");
    try (URLClassLoader loader =
        new URLClassLoader(
            new URL[] {output.toUri().toURL()}, BaseService.class.getClassLoader())) {
      assertThat(ServiceLoader.load(BaseService.class, loader))
          .extracting(service -> service.getClass().getSimpleName())
          .containsExactly("HelloService");
    }
  }

  @Test
  void a_class_that_only_inherits_its_handlers_is_a_service_and_its_abstract_base_is_not() {
    Compilation compilation =
        Compilation.of(
            output,
            """
            package service;
            import io.pipeforce.*;
            public abstract class Audited extends BaseService {
              @Event("a") public void audit(String body) {}
            }
            """,
            """
            package service;
            public class Orders extends Audited {}
            """,
            """
            package service;
            public class Timer extends io.pipeforce.BaseService {}
            """);

    assertThat(compilation.errors()).isEmpty();
    assertThat(compilation.index()).containsExactly("service.Orders");
  }

  @Test
  void a_static_nested_class_is_listed_by_its_binary_name() {
    Compilation compilation =
        Compilation.of(
            output,
            """
            package service;
            import io.pipeforce.*;
            class Outer {
              public static class Inner extends BaseService {
                @Event("a") public void on(String body) {}
              }
            }
            """);

    assertThat(compilation.errors()).isEmpty();
    assertThat(compilation.index()).containsExactly("service.Outer$Inner");
  }

  @Test
  void compiling_one_class_again_keeps_the_others_in_the_index() {
    String other = HELLO.replace("HelloService", "OtherService");
    Compilation.of(output, HELLO, other);

    Compilation again = Compilation.of(output, other.replace("greeting", "welcome"));

    assertThat(again.errors()).isEmpty();
    assertThat(again.index()).containsExactly("service.HelloService", "service.OtherService");
  }

  @Test
  void a_class_that_is_gone_or_no_service_any_more_leaves_the_index() throws IOException {
    String other = HELLO.replace("HelloService", "OtherService");
    Compilation.of(output, HELLO, other);
    Files.delete(output.resolve("service/HelloService.class"));

    Compilation again = Compilation.of(output, other.replace("@Event(\"some.event.key.*\")", ""));

    assertThat(again.errors()).isEmpty();
    assertThat(again.index()).isEmpty();
  }

  @Test
  void nothing_is_written_where_there_is_no_service() {
    Compilation compilation = Compilation.of(output, "package plain;\npublic class Plain {}\n");

    assertThat(compilation.errors()).isEmpty();
    assertThat(output.resolve("META-INF")).doesNotExist();
  }

  @Test
  void every_argument_a_handler_may_have_is_accepted() {
    Compilation compilation =
        Compilation.of(
            output,
            """
            package service;
            import com.fasterxml.jackson.annotation.*;
            import io.pipeforce.*;
            import java.util.*;
            import tools.jackson.databind.JsonNode;
            public class Everything extends BaseService {
              public record Order(String id, List<Map<String, Object>> lines) {}
              @JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME) public sealed interface Shape {}
              public record Circle(int r) implements Shape {}
              public sealed interface Solid extends Shape {}
              public record Cube(int a) implements Solid {}
              public interface Id { @JsonCreator static Id of(String s) { return new Id() {}; } }
              @Event("a") public void text(String body) {}
              @Event({"b", "c.#"}) public void bytes(byte[] body, Context context, Message message) {}
              @Event("d") public void none() {}
              @Event("e") public void message(Message message) {}
              @Event("f") public Order order(Context context, Order order) { return order; }
              @Event("g") public List<Order> orders(List<Order> orders) { return orders; }
              @Event("h") public void map(SequencedMap<String, ? extends Number> map) {}
              @Event("i") public void json(JsonNode json) {}
              @Event("j") public void anything(Object payload) {}
              @Event("k") public void shape(Shape shape) {}
              @Event("l") public void solid(Solid solid) {}
              @Event("m") public void id(Optional<Id> id) {}
              @Event("n") public int number(int number) { return number; }
              @Event("o") public void array(Order[] orders) {}
              @Event(value = "p", concurrency = 4, maxDuration = "90s", retry = {"100ms", "1h"})
              public void settings(String body) {}
              @Event(value = "q", ordered = true, retry = {}) public void inOrder(String body) {}
            }
            """);

    assertThat(compilation.errors()).isEmpty();
    assertThat(compilation.index()).containsExactly("service.Everything");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "value = {} | no pattern; name the keys to handle, for example @Event(\"order.*\")",
        "\"order..created\" | the pattern 'order..created' has an empty word",
        "\"order.a*\" | the pattern 'order.a*' has a wildcard inside the word 'a*'",
        "\"\" | the pattern is empty",
        "value = \"a\", concurrency = 0 | concurrency must be at least 1, was: 0",
        "value = \"a\", ordered = true, concurrency = 2 | ordered keeps one message after the other",
        "value = \"a\", maxDuration = \"5 minutes\" | maxDuration: '5 minutes' is no duration",
        "value = \"a\", maxDuration = \"0s\" | maxDuration must be longer than nothing, was: 0s",
        "value = \"a\", retry = \"-1s\" | retry: '-1s' is no duration",
      })
  void a_wrong_setting_is_refused(String attributes, String message) {
    Compilation compilation =
        Compilation.of(output, HELLO.replace("\"some.event.key.*\"", attributes));

    assertThat(compilation.errors())
        .singleElement()
        .asString()
        .startsWith("4: HelloService.greeting(String): " + message);
    assertThat(compilation.index()).isEmpty();
  }

  @Test
  void the_error_points_at_the_one_wrong_value_of_several() {
    Compilation compilation =
        Compilation.of(
            output,
            HELLO.replace(
                "\"some.event.key.*\"",
                """
                value = {
                    "good.*",
                    "bad.*.",
                    "#"},
                    retry = {
                    "1s",
                    "soon"}\
                """));

    assertThat(compilation.errors()).hasSize(2);
    assertThat(compilation.errors().get(0)).startsWith("6: ").contains("'bad.*.'");
    assertThat(compilation.errors().get(1)).startsWith("10: ").contains("'soon'");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "void on(String body) {} | a handler must be public; add 'public'",
        "private void on(String body) {} | a handler must be public; add 'public'",
        "public static void on(String body) {} | a handler is called on the service's instance; remove 'static'",
        "public <T> void on(String body) {} | a handler has no type parameters",
        "public java.util.concurrent.Future<String> on(String body) { return null; } | nobody waits for a Future; return the value itself",
        "public java.util.concurrent.CompletableFuture<String> on(String body) { return null; } | nobody waits for a CompletableFuture",
        "public java.util.stream.IntStream on(String body) { return null; } | nobody waits for a IntStream",
        "public java.util.concurrent.Flow.Publisher<String> on(String body) { return null; } | nobody waits for a Publisher",
      })
  void a_method_that_cannot_be_called_is_refused(String method, String message) {
    Compilation compilation =
        Compilation.of(output, HELLO.replace("public void greeting(String body) {}", method));

    assertThat(compilation.errors())
        .singleElement()
        .asString()
        .matches("[45]: HelloService.on\\(String\\): [^\\n]*")
        .contains(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "Runnable | Runnable | , an interface; take the payload's type",
        "java.util.List<Runnable> | List | no way to pass a Runnable, an interface",
        "java.util.function.Consumer<String> | Consumer | no way to pass a Consumer, an interface",
        "java.util.AbstractCollection<String> | AbstractCollection | , an abstract class; take",
        "java.util.Map<String, Runnable>[] | Map[] | no way to pass a Runnable, an interface",
        "Thread | Thread | no way to pass a Thread; call Thread.currentThread() instead",
        "java.io.InputStream | InputStream | no way to pass a InputStream; take byte[]",
        "java.io.FileInputStream | FileInputStream | no way to pass a FileInputStream; take byte[]",
        "EventClient | EventClient | no way to pass a EventClient; call events() of the service",
        "com.rabbitmq.client.Channel | Channel | no way to pass a Channel; the runtime acknowledges",
        "MessageProperties | MessageProperties | ; take Message and call properties()",
        "Sealed | Sealed | , an interface: JSON does not say which of its subtypes is meant; add @JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME) to Sealed",
        "Inner | Inner | no way to pass a Inner, an inner class; make it static",
        "P | P | nobody can say at run time what P is; take a concrete type",
        "java.util.List<P> | List | nobody can say at run time what P is",
      })
  void an_argument_nobody_can_supply_is_refused(String type, String shown, String message) {
    Compilation compilation =
        Compilation.of(
            output,
            """
            package service;
            import io.pipeforce.*;
            public class Strange<P> extends BaseService {
              public sealed interface Sealed {}
              public record One() implements Sealed {}
              public class Inner {}
              @Event("a")
              public void on(
                  Context context,
                  %s argument) {}
            }
            """
                .formatted(type));

    assertThat(compilation.errors())
        .singleElement()
        .asString()
        .startsWith("10: Strange.on(Context, " + shown + "): ")
        .contains(message);
  }

  @Test
  void a_second_payload_is_refused_where_it_stands() {
    Compilation compilation =
        Compilation.of(
            output, HELLO.replace("(String body)", "(String body, Message message,\n byte[] raw)"));

    assertThat(compilation.errors())
        .containsExactly(
            "6: HelloService.greeting(String, Message, byte[]): a message has one payload, but"
                + " 'body' and 'raw' both ask for it; take one type that holds both, or Message for"
                + " headers and key");
  }

  @Test
  void two_handlers_of_one_name_are_refused_also_when_one_is_inherited() {
    Compilation compilation =
        Compilation.of(
            output,
            """
            package service;
            import io.pipeforce.*;
            public class Base extends BaseService {
              @Event("a") public void on(String body) {}
            }
            """,
            """
            package service;
            import io.pipeforce.*;
            public class Sub extends Base {
              @Event("b") public void on(byte[] body) {}
            }
            """);

    assertThat(compilation.errors())
        .singleElement()
        .asString()
        .startsWith("4: Sub has two handlers named on, ")
        .contains("Base.on(String)", "Sub.on(byte[])")
        .endsWith("which would share a queue; rename one");
  }

  @Test
  void an_overridden_handler_is_one_handler() {
    Compilation compilation =
        Compilation.of(
            output,
            HELLO,
            """
            package service;
            import io.pipeforce.*;
            public class Louder extends HelloService {
              @Event("b") @Override public void greeting(String body) {}
            }
            """);

    assertThat(compilation.errors()).isEmpty();
    assertThat(compilation.index()).containsExactly("service.HelloService", "service.Louder");
  }

  @Test
  void two_services_of_one_simple_name_are_refused() {
    Compilation compilation =
        Compilation.of(output, HELLO, HELLO.replace("package service", "package other"));

    assertThat(compilation.errors())
        .containsExactly(
            "3: other.HelloService and service.HelloService have the same simple name, which is"
                + " part of their queues' names; rename one");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "class HelloService extends BaseService { | 3: HelloService: a class with handlers must be public; add 'public'",
        "public abstract class HelloService extends BaseService { | 3: HelloService: an abstract class with handlers that no service extends; remove 'abstract'",
        "public class HelloService extends BaseService { public HelloService(int n) {} | 3: HelloService: a service is constructed by the runtime; add a public constructor without parameters",
        "public class HelloService extends BaseService { HelloService() {} | 3: HelloService: a service is constructed by the runtime; add a public constructor",
        "public class HelloService { | HelloService.greeting(String): @Event works only in a class that extends BaseService; let HelloService extend it, or remove @Event",
      })
  void a_class_that_cannot_be_a_service_is_refused(String declaration, String message) {
    Compilation compilation =
        Compilation.of(
            output, HELLO.replace("public class HelloService extends BaseService {", declaration));

    assertThat(compilation.errors()).singleElement().asString().contains(message);
  }

  @Test
  void an_inner_class_and_an_interface_are_refused() {
    Compilation compilation =
        Compilation.of(
            output,
            """
            package service;
            import io.pipeforce.*;
            public class Outer {
              public class Inner extends BaseService {
                @Event("a") public void on(String body) {}
              }
              interface Handles {
                @Event("a") void on(String body);
              }
            }
            """);

    assertThat(compilation.errors())
        .anyMatch(error -> error.startsWith("4: Inner: an inner class cannot be constructed"))
        .anyMatch(error -> error.startsWith("8: Handles.on(String): an abstract method handles"))
        .anyMatch(error -> error.startsWith("8: Handles.on(String): @Event works only in a class"));
  }

  @Test
  void what_does_not_compile_is_left_to_the_compiler() {
    Compilation compilation = Compilation.of(output, HELLO.replace("String body", "Missing body"));

    assertThat(compilation.errors()).singleElement().asString().contains("cannot find symbol");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "META-INF/services/javax.annotation.processing.Processor",
        "META-INF/gradle/incremental.annotation.processors"
      })
  void build_tools_find_the_processor(String resource) throws IOException {
    try (InputStream in = EventProcessor.class.getClassLoader().getResourceAsStream(resource)) {
      assertThat(in).isNotNull();
      assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
          .contains(EventProcessor.class.getName());
    }
  }
}
