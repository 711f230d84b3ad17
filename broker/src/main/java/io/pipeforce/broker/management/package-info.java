/**
 * RabbitMQ's management HTTP API, as far as tools that look at queues and change bindings need it:
 * the same paths, JSON and status codes.
 *
 * <p>{@link io.pipeforce.broker.management.Endpoints} lists what there is.
 */
@NullMarked
package io.pipeforce.broker.management;

import org.jspecify.annotations.NullMarked;
