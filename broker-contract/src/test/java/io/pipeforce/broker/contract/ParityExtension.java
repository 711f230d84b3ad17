package io.pipeforce.broker.contract;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.jupiter.api.extension.TestWatcher;
import org.opentest4j.TestAbortedException;

/**
 * Holds the suite to its {@link Differs} annotations, and writes the parity page to the file that
 * the system property {@code parity.page} names, when it is set.
 */
final class ParityExtension implements BeforeEachCallback, InvocationInterceptor, TestWatcher {

  private static final ExtensionContext.Namespace PARITY =
      ExtensionContext.Namespace.create(ParityExtension.class);

  private record Cell(Behaviour behaviour, Product product) {}

  private static final Map<Cell, Outcome> OUTCOMES = new ConcurrentHashMap<>();
  private static final Map<String, Cell> RUNNING = new ConcurrentHashMap<>();

  @Override
  public void beforeEach(ExtensionContext context) {
    Product product = Product.of(((Contract) context.getRequiredTestInstance()).broker);
    Behaviour behaviour =
        Behaviour.of(context.getRequiredTestClass(), context.getRequiredTestMethod());
    RUNNING.put(context.getUniqueId(), new Cell(behaviour, product));
    context
        .getRoot()
        .getStore(PARITY)
        .computeIfAbsent("page", ignored -> (AutoCloseable) ParityExtension::writePage);
  }

  @Override
  public void interceptTestMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> invocationContext,
      ExtensionContext context)
      throws Throwable {
    Contract contract = (Contract) context.getRequiredTestInstance();
    Cell cell = RUNNING.get(context.getUniqueId());
    boolean named = cell.behaviour().differences().containsKey(cell.product());
    try {
      invocation.proceed();
    } catch (TestAbortedException e) {
      throw e;
    } catch (Throwable e) {
      if (named && !contract.checkedAnotherVersion()) {
        return;
      }
      throw e;
    }
    if (named && !contract.checkedAnotherVersion()) {
      throw new AssertionError(
          "%s agrees with RabbitMQ 4.0 here; take it out of @Differs"
              .formatted(cell.product().title()));
    }
    if (!named && contract.checkedAnotherVersion()) {
      throw new AssertionError(
          "The test knows that %s differs; tell the parity page how, by @Differs"
              .formatted(cell.product().title()));
    }
  }

  @Override
  public void testSuccessful(ExtensionContext context) {
    Cell cell = RUNNING.remove(context.getUniqueId());
    OUTCOMES.put(cell, expected(cell.behaviour(), cell.product()));
  }

  @Override
  public void testFailed(ExtensionContext context, Throwable cause) {
    Cell cell = RUNNING.remove(context.getUniqueId());
    OUTCOMES.put(cell, Outcome.FAILS);
  }

  /** What the annotations claim, and each run of the suite verifies. */
  static Outcome expected(Behaviour behaviour, Product product) {
    return behaviour.differences().containsKey(product) ? Outcome.DIFFERS : Outcome.AGREES;
  }

  private static void writePage() {
    String file = System.getProperty("parity.page");
    if (file == null) {
      return;
    }
    String page =
        new ParityPage(
                Behaviour.all(),
                (behaviour, product) ->
                    OUTCOMES.getOrDefault(new Cell(behaviour, product), Outcome.NOT_RUN))
            .text();
    try {
      Files.writeString(Path.of(file), page);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write the parity page", e);
    }
  }
}
