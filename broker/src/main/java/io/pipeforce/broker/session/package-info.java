/**
 * Talks AMQP with one client at a time: connections, channels, consumers, confirms, transactions.
 *
 * <p><b>Threads.</b> Each connection has two virtual threads. One reads frames and does what they
 * ask, for all channels of the connection, one after the other. The other writes what {@link
 * io.pipeforce.broker.session.Outbound} has gathered. Deliveries come in from whatever thread made
 * a message available; they only append to the outbound buffer and never wait. A client that reads
 * slowly fills its own buffer, then its consumers get no more messages, and at last nothing more is
 * read from it: it hurts only itself.
 *
 * <p>The order of locks stands in package {@code model}.
 */
@NullMarked
package io.pipeforce.broker.session;

import org.jspecify.annotations.NullMarked;
