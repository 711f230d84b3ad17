package io.pipeforce.test.delivery;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs the tests of a {@link DeliveryTest} on the dev broker and on each RabbitMQ that is there.
 */
@ParameterizedClass(name = "{0}")
@MethodSource("io.pipeforce.test.delivery.Brokers#all")
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@interface OnEveryBroker {}
