/**
 * RabbitMQ's management HTTP API: the same paths, parameters, JSON and status codes.
 *
 * <p>What is Erlang's own (reductions, garbage collection of processes, I/O counters) is left out;
 * what there is none of (policies, limits, other users and virtual hosts) reads as none and is
 * refused when it is to be set. {@link io.pipeforce.broker.management.Endpoints} lists what there
 * is.
 */
@NullMarked
package io.pipeforce.broker.management;

import org.jspecify.annotations.NullMarked;
