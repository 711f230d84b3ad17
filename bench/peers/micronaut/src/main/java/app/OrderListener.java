package app;

import bench.Meter;
import bench.Order;
import io.micronaut.context.annotation.Requires;
import io.micronaut.rabbitmq.annotation.Queue;
import io.micronaut.rabbitmq.annotation.RabbitListener;

/** Acknowledged after the method returned: the default without an Acknowledgement argument. */
@RabbitListener
@Requires(missingProperty = "bench.publish")
public class OrderListener {
  @Queue(value = "${bench.queue}", prefetch = 250)
  public void order(Order order) {
    Meter.handled(order);
  }
}
