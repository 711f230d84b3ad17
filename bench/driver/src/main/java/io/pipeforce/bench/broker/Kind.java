package io.pipeforce.bench.broker;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.MessageProperties;
import java.io.IOException;
import java.util.Map;

/** What queues and messages are to survive. */
enum Kind {
  /** Nothing: classic queues that are not durable, transient messages. */
  TRANSIENT(false, "classic"),
  /** A crash: quorum queues, persistent messages; the dev broker has a data folder. */
  DURABLE(true, "quorum");

  private final boolean durable;
  private final String type;

  Kind(boolean durable, String type) {
    this.durable = durable;
    this.type = type;
  }

  AMQP.BasicProperties properties() {
    return durable ? MessageProperties.MINIMAL_PERSISTENT_BASIC : MessageProperties.MINIMAL_BASIC;
  }

  void declare(Channel channel, String queue) throws IOException {
    channel.queueDeclare(queue, durable, false, false, Map.of("x-queue-type", type));
  }
}
