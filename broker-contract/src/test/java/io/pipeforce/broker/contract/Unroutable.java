package io.pipeforce.broker.contract;

import com.rabbitmq.client.Channel;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Tells whether a queue exists without using it: a mandatory publish comes back when it does not.
 */
final class Unroutable {

  private Unroutable() {}

  static boolean probe(Channel channel, String queue) throws Exception {
    AtomicBoolean returned = new AtomicBoolean();
    channel.addReturnListener(ignored -> returned.set(true));
    channel.confirmSelect();
    channel.basicPublish("", queue, true, null, new byte[0]);
    channel.waitForConfirmsOrDie(Contract.PATIENCE.toMillis());
    return returned.get();
  }
}
