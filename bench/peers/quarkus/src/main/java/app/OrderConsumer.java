package app;

import bench.Meter;
import bench.Order;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.quarkus.arc.profile.UnlessBuildProfile;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Acknowledged after the method returned: the connector's default for such a signature. */
@ApplicationScoped
@UnlessBuildProfile("publisher")
public class OrderConsumer {
  private final ObjectReader reader;

  OrderConsumer(ObjectMapper mapper) {
    reader = mapper.readerFor(Order.class);
  }

  @Incoming("orders")
  public void order(byte[] body) throws IOException {
    Meter.handled(reader.readValue(body));
  }
}
