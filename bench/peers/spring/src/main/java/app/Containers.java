package app;

import org.springframework.amqp.rabbit.config.ContainerCustomizer;
import org.springframework.amqp.rabbit.listener.DirectMessageListenerContainer;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What has no property of Spring Boot's. */
@Configuration(proxyBeanMethods = false)
class Containers {
  @Bean
  @ConditionalOnProperty(name = "spring.rabbitmq.listener.type", havingValue = "direct")
  ContainerCustomizer<DirectMessageListenerContainer> messagesPerAck(
      @Value("${BENCH_ACK_EVERY:1}") int messages) {
    return container -> {
      if (messages > 1) {
        container.setMessagesPerAck(messages);
      }
    };
  }
}
