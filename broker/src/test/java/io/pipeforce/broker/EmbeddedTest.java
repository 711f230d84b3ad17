package io.pipeforce.broker;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The example of docs/dev-broker.md. */
class EmbeddedTest {
  private static final String EXAMPLE =
      """
      try (Broker broker = Broker.start(BrokerOptions.local());
          Connection connection = connectTo(broker.uri())) {
        Channel channel = connection.createChannel();
        channel.queueDeclare("orders", true, false, false, Map.of("x-queue-type", "quorum"));
      }
      """;

  private static Connection connectTo(URI uri) throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(uri);
    return factory.newConnection();
  }

  @Test
  void a_broker_runs_inside_a_program() throws Exception {
    try (Broker broker = Broker.start(BrokerOptions.local());
        Connection connection = connectTo(broker.uri())) {
      Channel channel = connection.createChannel();
      channel.queueDeclare("orders", true, false, false, Map.of("x-queue-type", "quorum"));
      assertThat(channel.messageCount("orders")).isZero();
    }
  }

  @Test
  void the_page_shows_what_this_test_runs() throws Exception {
    Path here = Path.of("src/test/java/io/pipeforce/broker/EmbeddedTest.java");

    assertThat(Files.readString(here)).contains(EXAMPLE.replaceFirst("\n.*}\n$", "").indent(4));
    assertThat(Files.readString(Path.of("../docs/dev-broker.md")))
        .contains("```java\n" + EXAMPLE + "```\n");
  }
}
