package io.pipeforce.broker.contract;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Tells what a broker does instead of what RabbitMQ 4.0 does, for the parity page.
 *
 * <p>The test either asks for the version ({@link Contract#since4}, {@link Contract#is310}, {@link
 * Contract#is43}) and checks what that one does, or it must fail there: when it passes, the build
 * fails, since the difference is gone. A test that asks for the version without this annotation
 * fails too.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@interface Differs {

  /** What the dev broker does, and why it has to. */
  String onDev() default "";

  String on310() default "";

  String on43() default "";
}
