package io.pipeforce.bench.broker;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.MessageProperties;
import java.io.IOException;
import java.util.Map;

/** What queues and messages are to survive. */
enum Kind {
  /** Nothing: classic queues that are not durable, transient messages. */
  TRANSIENT(false, "classic", MessageProperties.MINIMAL_BASIC),
  /** A crash: quorum queues, persistent messages; the dev broker has a data folder. */
  DURABLE(true, "quorum", MessageProperties.MINIMAL_PERSISTENT_BASIC);

  private final boolean durable;
  private final String type;
  private final AMQP.BasicProperties properties;

  Kind(boolean durable, String type, AMQP.BasicProperties properties) {
    this.durable = durable;
    this.type = type;
    this.properties = properties;
  }

  AMQP.BasicProperties properties() {
    return properties;
  }

  void declare(Channel channel, String queue) throws IOException {
    channel.queueDeclare(queue, durable, false, false, Map.of("x-queue-type", type));
  }

  String text() {
    return durable
        ? "durable quorum queues, persistent messages"
        : "classic queues that are not durable, transient messages";
  }
}
