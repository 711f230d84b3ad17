package app;

import bench.Publishing;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.event.StartupEvent;
import io.micronaut.runtime.event.annotation.EventListener;
import jakarta.inject.Singleton;

/** Publishes as soon as the application runs. */
@Singleton
@Requires(property = "bench.publish")
public class OrderPublisher {
  private final OrderClient client;

  OrderPublisher(OrderClient client) {
    this.client = client;
  }

  @EventListener
  void start(StartupEvent event) {
    Thread.ofPlatform()
        .name("publisher")
        .start(
            () -> {
              try {
                Publishing.run(client::send);
              } catch (InterruptedException e) {
                Publishing.failed(e);
              }
            });
  }
}
