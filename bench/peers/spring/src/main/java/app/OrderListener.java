package app;

import bench.Meter;
import bench.Order;
import org.springframework.amqp.rabbit.annotation.RabbitListener;
import org.springframework.stereotype.Component;

/** Acknowledges after the method returned: the container's default. */
@Component
class OrderListener {
  @RabbitListener(queues = "${BENCH_QUEUE}", autoStartup = "#{environment['BENCH_PUBLISH'] == null}")
  void order(Order order) {
    Meter.handled(order);
  }
}
