package io.pipeforce.bench.broker;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** What it takes to keep so many messages of 1 KiB in a queue, and to get them out again. */
record Backlog(int messages) implements Scenario {
  @Override
  public String name() {
    return "backlog of %,d".formatted(messages);
  }

  @Override
  public String how() {
    return "A new process for each row. Memory is VmRSS before and after they were published.";
  }

  @Override
  public Kind kind() {
    return Kind.TRANSIENT;
  }

  @Override
  public List<Figure> run(Subject subject) throws Exception {
    return Load.withQueues(
        subject,
        kind(),
        1,
        (connection, names) -> {
          try (Channel channel = connection.createChannel();
              Connection consuming = subject.connect()) {
            // Whatever is made for the first message is no part of the price of a message.
            Load.publish(channel, kind(), names, new byte[1024], 1000);
            double memory = subject.memory();
            long begin = System.nanoTime();
            Load.publish(connection.createChannel(), kind(), names, new byte[1024], messages);
            long published = System.nanoTime();
            double grown = subject.memory() - memory;
            long consumed = System.nanoTime();
            CountDownLatch all = Load.consume(consuming, names, true, messages + 1000L);
            Load.await(all);
            long end = System.nanoTime();
            return List.of(
                new Figure("MiB", grown),
                new Figure("publish µs/msg", (published - begin) / 1e3 / messages),
                new Figure("consume µs/msg", (end - consumed) / 1e3 / messages));
          }
        });
  }
}
