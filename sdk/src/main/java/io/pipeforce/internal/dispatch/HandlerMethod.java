package io.pipeforce.internal.dispatch;

import io.pipeforce.BaseService;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One {@code @Event} method, ready to be called: its arguments are chosen, its settings are
 * checked.
 */
public final class HandlerMethod {
  private final String name;
  private final List<KeyPattern> patterns;
  private final int concurrency;
  private final Duration maxDuration;
  private final boolean ordered;
  private final RetryPolicy retryPolicy;
  private final BaseService service;
  private final Method method;
  private final List<Argument> arguments;

  HandlerMethod(
      String name,
      List<KeyPattern> patterns,
      int concurrency,
      Duration maxDuration,
      boolean ordered,
      RetryPolicy retryPolicy,
      BaseService service,
      Method method,
      List<Argument> arguments) {
    this.name = name;
    this.patterns = patterns;
    this.concurrency = concurrency;
    this.maxDuration = maxDuration;
    this.ordered = ordered;
    this.retryPolicy = retryPolicy;
    this.service = service;
    // Not a MethodHandle: to adapt one to any signature takes longer than connecting, and a call
    // by reflection is one underneath.
    this.method = method;
    this.arguments = List.copyOf(arguments);
  }

  /** {@code Class.method}, the last part of the queue's name. */
  public String name() {
    return name;
  }

  /** The patterns that the queue is bound with. */
  public List<KeyPattern> patterns() {
    return patterns;
  }

  /** How many calls may run at the same time in this process. */
  public int concurrency() {
    return concurrency;
  }

  /** How long one call may take. */
  public Duration maxDuration() {
    return maxDuration;
  }

  /** Whether only one replica may consume at a time. */
  public boolean ordered() {
    return ordered;
  }

  /** The ladder of delays. */
  public RetryPolicy retryPolicy() {
    return retryPolicy;
  }

  /** Whether one of the patterns matches a key. */
  public boolean handles(String key) {
    for (KeyPattern pattern : patterns) {
      if (pattern.matches(key)) {
        return true;
      }
    }
    return false;
  }

  /** Decodes, binds the arguments, calls the user's method, and answers what follows from it. */
  public Outcome call(DeliveryContext delivery) {
    try {
      @Nullable Object[] values = new @Nullable Object[arguments.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = arguments.get(i).of(delivery);
      }
      return delivery.done(method.invoke(service, values));
    } catch (InvocationTargetException e) {
      return retryPolicy.next(delivery.attempt(), e.getCause() != null ? e.getCause() : e);
    } catch (Throwable e) { // Errors too: a handler's StackOverflowError is a failed attempt.
      return retryPolicy.next(delivery.attempt(), e);
    }
  }
}
