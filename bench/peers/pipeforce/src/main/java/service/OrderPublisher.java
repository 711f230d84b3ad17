package service;

import bench.Publishing;
import io.pipeforce.BrokerAddress;
import io.pipeforce.EventClient;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Publishes orders and waits for their confirms, many at a time. */
public final class OrderPublisher {
  private OrderPublisher() {}

  public static void main(String[] arguments) throws InterruptedException {
    String key = System.getenv("BENCH_KEY");
    try (EventClient events =
            EventClient.connect(
                BrokerAddress.parse(System.getenv("BENCH_BROKER")), System.getenv("BENCH_EXCHANGE"));
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Publishing.run(
          order -> CompletableFuture.runAsync(() -> events.send(key, order), threads));
    }
  }
}
