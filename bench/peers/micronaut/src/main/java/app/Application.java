package app;

import bench.Order;
import bench.Publishing;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.Micronaut;
import io.micronaut.serde.annotation.SerdeImport;

@SerdeImport(Order.class)
@SerdeImport(Order.Item.class)
public class Application {
  public static void main(String[] arguments) throws InterruptedException {
    ApplicationContext context = Micronaut.build(arguments).mainClass(Application.class).banner(false).start();
    if (Publishing.wanted()) {
      Publishing.run(context.getBean(OrderClient.class)::send);
    }
  }
}
