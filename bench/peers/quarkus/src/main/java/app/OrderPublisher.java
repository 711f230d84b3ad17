package app;

import bench.Order;
import bench.Publishing;
import io.quarkus.arc.profile.IfBuildProfile;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Emitter;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;

@ApplicationScoped
@IfBuildProfile("publisher")
public class OrderPublisher {
  private final Emitter<Order> emitter;

  OrderPublisher(
      @Channel("created") @OnOverflow(value = OnOverflow.Strategy.BUFFER, bufferSize = 1000)
          Emitter<Order> emitter) {
    this.emitter = emitter;
  }

  void start(@Observes StartupEvent event) {
    if (Publishing.wanted()) {
      Thread.ofPlatform()
          .name("publisher")
          .start(
              () -> {
                try {
                  Publishing.run(emitter::send);
                } catch (InterruptedException e) {
                  Publishing.failed(e);
                }
              });
    }
  }
}
