package io.pipeforce.internal.amqp;

import io.pipeforce.internal.dispatch.HandlerMethod;
import io.pipeforce.internal.dispatch.Ledger;
import java.util.concurrent.Semaphore;

/**
 * What of a handler outlives its subscriptions.
 *
 * @param permits as many as may run at once, also when a lost subscription's calls still run
 */
record HandlerState(HandlerMethod handler, String queue, Ledger ledger, Semaphore permits) {
  static HandlerState of(HandlerMethod handler, String queue) {
    return new HandlerState(
        handler, queue, new Ledger(), new Semaphore(handler.concurrency(), true));
  }
}
