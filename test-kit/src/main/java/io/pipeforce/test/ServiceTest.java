package io.pipeforce.test;

import io.pipeforce.BaseService;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs services for each test of a class, as in production: constructed anew, connected over TCP,
 * on queues of their own that nobody else sees.
 *
 * <pre>{@code
 * @ServiceTest(HelloService.class)
 * class HelloServiceIT {
 *   @Test
 *   void greets(EventClient events, ServiceUnderTest service) {
 *     events.send("some.event.key.x", "world");
 *     service.awaitHandled("HelloService.greeting", 1);
 *     assertThat(service.output()).contains("GREETING CALLED. BODY: world");
 *   }
 * }
 * }</pre>
 *
 * <p>Test methods, {@code @BeforeEach} and {@code @AfterEach} methods may take an {@link
 * io.pipeforce.EventClient} and a {@link ServiceUnderTest}. A test begins when all handlers
 * consume.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@ExtendWith(ServiceExtension.class)
public @interface ServiceTest {
  /** Which broker the test runs on. */
  enum BrokerChoice {
    /** A dev broker of the test class's own, inside the JVM, on any free port. */
    DEV,
    /**
     * The broker that {@code PIPEFORCE_MESSAGE_BROKER} or {@code PIPEFORCE_MESSAGING_HOST} names,
     * with the exchange and namespace of the environment; where none is named, as {@link #DEV}. The
     * events of the test reach whoever else listens on that exchange.
     */
    ENVIRONMENT
  }

  /** The services to run. */
  Class<? extends BaseService>[] value();

  /** The broker to run them on. Default: a dev broker. */
  BrokerChoice broker() default BrokerChoice.DEV;
}
