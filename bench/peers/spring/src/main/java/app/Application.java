package app;

import bench.Publishing;
import org.springframework.amqp.support.converter.JacksonJsonMessageConverter;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import tools.jackson.databind.json.JsonMapper;

@SpringBootApplication
public class Application {
  public static void main(String[] arguments) throws InterruptedException {
    var context = SpringApplication.run(Application.class, arguments);
    if (Publishing.wanted()) {
      context.getBean(OrderPublisher.class).publish();
    }
  }

  @Bean
  JacksonJsonMessageConverter converter(JsonMapper mapper) {
    return new JacksonJsonMessageConverter(mapper);
  }
}
