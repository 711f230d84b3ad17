/**
 * Routes messages and keeps them: exchanges, bindings, queues, and what becomes of a message.
 *
 * <p><b>Locks.</b> There are four, always taken in this order and never the other way round:
 *
 * <ol>
 *   <li>the topology lock of a {@link io.pipeforce.broker.model.VirtualHost}: declare, delete,
 *       bind, unbind. Never on the path of a message;
 *   <li>the lock of one {@link io.pipeforce.broker.model.Queue}. Nobody ever holds two of them;
 *   <li>the lock of a channel (package session), which orders its delivery tags;
 *   <li>the lock of a connection's outbound buffer. Nothing is called while it is held.
 * </ol>
 *
 * What a queue wants done to something above or beside it (dead letters to other queues, its own
 * deletion) goes into an {@link io.pipeforce.broker.model.Aftermath} and is done by the caller when
 * all locks are released, one thing after the other, without recursion. Routing reads concurrent
 * structures and takes no lock.
 *
 * <p><b>Sharing.</b> A {@link io.pipeforce.broker.model.Message} and its content are immutable; all
 * queues that hold it share them.
 */
@NullMarked
package io.pipeforce.broker.model;

import org.jspecify.annotations.NullMarked;
