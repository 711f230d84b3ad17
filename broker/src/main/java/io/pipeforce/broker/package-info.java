/**
 * AMQP 0-9-1 in the JVM, as RabbitMQ 4 does it: {@link io.pipeforce.broker.Broker} starts one.
 *
 * <p>Any client library and any test sees RabbitMQ: same methods, same headers, same reply codes
 * and texts, same management HTTP API. Messages are kept in memory only.
 */
@NullMarked
package io.pipeforce.broker;

import org.jspecify.annotations.NullMarked;
