package io.pipeforce.dev;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** The queue to which a service passes on the numbers that it gets. */
record CountedMessages(RabbitMqOnCluster rabbit) {
  private static final String QUEUE = "rollout.counted";

  static CountedMessages declare(RabbitMqOnCluster rabbit) throws Exception {
    try (Connection connection = rabbit.connect()) {
      Channel channel = connection.createChannel();
      channel.exchangeDeclare("pipeforce.topic.default", "topic", true);
      channel.queueDeclare(QUEUE, true, false, false, null);
      channel.queueBind(QUEUE, "pipeforce.topic.default", QUEUE);
    }
    return new CountedMessages(rabbit);
  }

  /**
   * What was there.
   *
   * @param seen which numbers
   * @param all how many messages
   */
  record Result(BitSet seen, int all) {
    List<Integer> lost(int sent) {
      return IntStream.range(0, sent).filter(number -> !seen.get(number)).boxed().toList();
    }

    int twice() {
      return all - seen.cardinality();
    }
  }

  /** Reads all, until none came for a while. */
  Result read() throws Exception {
    BlockingQueue<Integer> arriving = new LinkedBlockingQueue<>();
    BitSet seen = new BitSet();
    int all = 0;
    try (Connection connection = rabbit.connect()) {
      connection
          .createChannel()
          .basicConsume(
              QUEUE,
              true,
              (_, message) ->
                  arriving.add(
                      Integer.parseInt(new String(message.getBody(), StandardCharsets.UTF_8))),
              _ -> {});
      for (Integer next = arriving.poll(10, TimeUnit.SECONDS);
          next != null;
          next = arriving.poll(5, TimeUnit.SECONDS)) {
        seen.set(next);
        all++;
      }
    }
    return new Result(seen, all);
  }
}
