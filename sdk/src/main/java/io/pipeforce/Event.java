package io.pipeforce;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes a public method of a {@link BaseService} the handler of all events whose routing key
 * matches one of the patterns.
 *
 * <p>The method takes, in any order, at most one payload ({@code String}, {@code byte[]}, or any
 * type Jackson can read), and {@link Message} and {@link Context} where it wants them. What it
 * returns answers the request when the message has {@code reply_to}. When it throws, the message is
 * retried after the delays of {@link #retry()} and then dead-lettered with the reason.
 *
 * <p>The syntax of patterns is that of a <a
 * href="https://www.rabbitmq.com/tutorials/tutorial-five-java">RabbitMQ topic exchange</a>.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Event {
  /**
   * Patterns of routing keys: words separated by dots, {@code *} stands for exactly one word,
   * {@code #} for zero or more. At least one; at most 255 bytes each.
   */
  String[] value();

  /**
   * How many messages this handler works on at the same time in one process. Default 1: one after
   * the other, in the order of the queue.
   */
  int concurrency() default 1;

  /**
   * The longest that one call may take, as a number and a unit ({@code ms}, {@code s}, {@code m},
   * {@code h}). Then the handler's thread is interrupted and the attempt has failed. It is also how
   * long a stop waits for a running handler. Default five minutes.
   */
  String maxDuration() default "5m";

  /**
   * Keeps the order of the queue over all replicas of the service: only one of them consumes at a
   * time, and a failed message is retried in place, so the ones behind it wait. Excludes {@link
   * #concurrency()} above 1. Default false.
   */
  boolean ordered() default false;

  /**
   * The delays before the second, third, … attempt, in the syntax of {@link #maxDuration()}. After
   * the last one the message is dead-lettered; an empty list dead-letters at the first failure.
   */
  String[] retry() default {"1s", "5s", "30s", "2m", "10m"};
}
