package io.pipeforce.test;

import io.pipeforce.BaseService;
import io.pipeforce.EventClient;
import io.pipeforce.Message;
import io.pipeforce.ServiceRuntime;
import io.pipeforce.ServiceSettings;
import io.pipeforce.broker.Broker;
import io.pipeforce.broker.BrokerOptions;
import io.pipeforce.test.internal.amqp.DeadLetterQueue;
import java.lang.reflect.InvocationTargetException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Starts and stops what {@link ServiceTest} asks for: a broker per class, the services per test.
 */
final class ServiceExtension implements BeforeEachCallback, AfterEachCallback, ParameterResolver {
  private static final Namespace NAMESPACE = Namespace.create(ServiceExtension.class);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** What runs during one test. */
  private record Running(
      ServiceRuntime runtime, DeadLetterQueue deadLetters, Printed printed, ServiceUnderTest view)
      implements AutoCloseable {
    @Override
    public void close() {
      printed.close();
      List<String> handlers = List.copyOf(runtime.ledger().keySet());
      runtime.close();
      deadLetters.deleteQueues(handlers);
      deadLetters.close();
    }
  }

  @Override
  public void beforeEach(ExtensionContext context) throws InterruptedException {
    ServiceTest asked =
        AnnotationSupport.findAnnotation(context.getRequiredTestClass(), ServiceTest.class)
            .orElseThrow();
    ServiceSettings settings =
        settings(
            context.getRequiredTestClass().getSimpleName(),
            asked.broker(),
            System.getenv(),
            () -> devBroker(context).uri());
    List<BaseService> services = new ArrayList<>();
    for (Class<? extends BaseService> type : asked.value()) {
      services.add(construct(type));
    }
    Printed printed = Printed.begin();
    ServiceRuntime runtime = ServiceRuntime.start(settings, services);
    if (!runtime.awaitReady(PATIENCE)) {
      printed.close();
      runtime.close();
      throw new AssertionError(
          "the service is not ready within "
              + PATIENCE.toSeconds()
              + " s on the broker at "
              + settings.broker()
              + "; its log tells why");
    }
    DeadLetterQueue deadLetters = DeadLetterQueue.open(settings);
    ServiceUnderTest view =
        new ServiceUnderTest(
            runtime,
            settings,
            services,
            () -> deadLetters.messages().stream().map(ServiceExtension::deadLetter).toList(),
            printed::text);
    context
        .getStore(NAMESPACE)
        .put(Running.class, new Running(runtime, deadLetters, printed, view));
  }

  private static DeadLetter deadLetter(Message message) {
    return new DeadLetter(
        message.header("pipeforce-handler").orElse(""),
        message.header("pipeforce-reason").orElse(""),
        message.header("pipeforce-attempts").map(Integer::parseInt).orElse(0),
        message);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    Running running = context.getStore(NAMESPACE).remove(Running.class, Running.class);
    if (running != null) {
      running.close();
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == EventClient.class || type == ServiceUnderTest.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Running running = context.getStore(NAMESPACE).get(Running.class, Running.class);
    if (running == null) {
      throw new ExtensionConfigurationException(
          "the service runs from @BeforeEach to @AfterEach: take "
              + parameter.getParameter().getType().getSimpleName()
              + " there or in the test method, not in the constructor or in @BeforeAll");
    }
    return parameter.getParameter().getType() == EventClient.class
        ? running.runtime().events()
        : running.view();
  }

  /**
   * The environment of one test.
   *
   * @param environment of the process
   * @param devBroker asked only when the environment's broker is not to be used
   */
  static ServiceSettings settings(
      String testClass,
      ServiceTest.BrokerChoice choice,
      Map<String, String> environment,
      Supplier<URI> devBroker) {
    Map<String, String> own = new HashMap<>();
    boolean given =
        environment.containsKey("PIPEFORCE_MESSAGE_BROKER")
            || environment.containsKey("PIPEFORCE_MESSAGING_HOST");
    if (choice == ServiceTest.BrokerChoice.ENVIRONMENT && given) {
      own.putAll(environment);
    } else {
      own.put("PIPEFORCE_MESSAGE_BROKER", devBroker.get().toString());
    }
    String name = "test." + testClass + "." + UUID.randomUUID();
    own.put("PIPEFORCE_SERVICE", name);
    own.remove("PIPEFORCE_INSTANCE");
    own.putIfAbsent("PIPEFORCE_NAMESPACE", "test");
    own.put("PIPEFORCE_MESSAGING_QUEUE", "pipeforce." + name);
    own.put("PIPEFORCE_MESSAGING_DEFAULT_DLQ", "pipeforce." + name + ".dead");
    own.put("PIPEFORCE_HEALTH_PORT", "0");
    return ServiceSettings.from(own);
  }

  private static Broker devBroker(ExtensionContext context) {
    ExtensionContext ofClass = context;
    while (ofClass.getTestMethod().isPresent()) {
      ofClass = ofClass.getParent().orElseThrow();
    }
    // JUnit closes it with the class.
    return ofClass
        .getStore(NAMESPACE)
        .computeIfAbsent(Broker.class, key -> Broker.start(BrokerOptions.local()), Broker.class);
  }

  private static BaseService construct(Class<? extends BaseService> type) {
    try {
      return type.getConstructor().newInstance();
    } catch (InvocationTargetException e) {
      throw new ExtensionConfigurationException(
          "the constructor of " + type.getName() + " failed: " + e.getCause(), e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new ExtensionConfigurationException(
          type.getName()
              + " cannot be constructed: it needs a public constructor without"
              + " parameters",
          e);
    }
  }
}
