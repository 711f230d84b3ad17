package app;

import bench.Order;
import io.micronaut.runtime.Micronaut;
import io.micronaut.serde.annotation.SerdeImport;

@SerdeImport(Order.class)
@SerdeImport(Order.Item.class)
public class Application {
  public static void main(String[] arguments) {
    Micronaut.build(arguments).mainClass(Application.class).banner(false).start();
  }
}
