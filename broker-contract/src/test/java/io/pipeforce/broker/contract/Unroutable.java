package io.pipeforce.broker.contract;

import com.rabbitmq.client.Channel;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Tells whether a message would be lost, by publishing one that comes back then. A queue is not
 * used by that.
 */
final class Unroutable {

  private Unroutable() {}

  static boolean probe(Channel channel, String queue) throws Exception {
    return probe(channel, "", queue);
  }

  static boolean probe(Channel channel, String exchange, String key) throws Exception {
    AtomicBoolean returned = new AtomicBoolean();
    channel.addReturnListener(ignored -> returned.set(true));
    channel.confirmSelect();
    channel.basicPublish(exchange, key, true, null, new byte[0]);
    // a nack tells that the queue went while the message was on its way: not yet unroutable
    channel.waitForConfirms(Contract.PATIENCE.toMillis());
    return returned.get();
  }
}
