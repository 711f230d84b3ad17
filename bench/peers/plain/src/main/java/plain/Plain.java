package plain;

import bench.Meter;
import bench.Order;
import bench.Publishing;
import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.MessageProperties;
import java.io.IOException;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/** What one writes by hand on RabbitMQ's Java client: acknowledges every message, or every n-th. */
public final class Plain {
  private static final JsonMapper mapper = new JsonMapper();

  private Plain() {}

  public static void main(String[] arguments) throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(System.getenv("BENCH_BROKER"));
    Connection connection = factory.newConnection();
    if (Publishing.wanted()) {
      publish(connection.createChannel());
    } else {
      consume(connection.createChannel());
    }
  }

  private static void consume(Channel channel) throws IOException {
    int every = Integer.parseInt(System.getenv().getOrDefault("BENCH_ACK_EVERY", "1"));
    ObjectReader reader = mapper.readerFor(Order.class);
    channel.basicQos(250);
    channel.basicConsume(
        System.getenv("BENCH_QUEUE"),
        false,
        new DefaultConsumer(channel) {
          @Override
          public void handleDelivery(
              String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body)
              throws IOException {
            Meter.handled(reader.readValue(body));
            long number = envelope.getDeliveryTag();
            if (number % every == 0) {
              channel.basicAck(number, every > 1);
            }
          }
        });
  }

  /** As in RabbitMQ's tutorial on publisher confirms, third strategy. */
  private static void publish(Channel channel) throws Exception {
    String exchange = System.getenv("BENCH_EXCHANGE");
    String key = System.getenv("BENCH_KEY");
    ObjectWriter writer = mapper.writerFor(Order.class);
    AMQP.BasicProperties properties =
        MessageProperties.MINIMAL_PERSISTENT_BASIC
            .builder()
            .contentType("application/json")
            .build();
    Publishing publishing = new Publishing();
    ConcurrentNavigableMap<Long, Boolean> outstanding = new ConcurrentSkipListMap<>();
    channel.confirmSelect();
    channel.addConfirmListener(
        (tag, multiple) -> {
          if (multiple) {
            ConcurrentNavigableMap<Long, Boolean> confirmed = outstanding.headMap(tag, true);
            int size = confirmed.size();
            confirmed.clear();
            publishing.confirmed(size);
          } else {
            outstanding.remove(tag);
            publishing.confirmed(1);
          }
        },
        (tag, multiple) -> Publishing.failed(new IOException("not confirmed: " + tag)));
    for (long i = 0; i < Publishing.expected(); i++) {
      publishing.await();
      outstanding.put(channel.getNextPublishSeqNo(), true);
      channel.basicPublish(exchange, key, properties, writer.writeValueAsBytes(Order.numbered(i)));
    }
  }
}
