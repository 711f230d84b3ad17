package service;

import bench.Publishing;
import io.pipeforce.BrokerAddress;
import io.pipeforce.EventClient;

/** Publishes orders with many of them unconfirmed. */
public final class OrderPublisher {
  private OrderPublisher() {}

  public static void main(String[] arguments) throws InterruptedException {
    String key = System.getenv("BENCH_KEY");
    try (EventClient events =
        EventClient.connect(
            BrokerAddress.parse(System.getenv("BENCH_BROKER")), System.getenv("BENCH_EXCHANGE"))) {
      Publishing.run(order -> events.sendAsync(key, order));
    }
  }
}
