package io.pipeforce.hub.pipeline;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Describes a parameter of a command, a component of its arguments' record. Required unless it has
 * a default or is an {@code Optional}. Help, reference and checks derive from it.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Param {
  /** What it is, one sentence. */
  String value();

  /** What it is when it is not given, as it would be typed; none by default. */
  String or() default "";

  /** Its name where a component of a record may not have it; by default that of the component. */
  String name() default "";
}
