package io.pipeforce.broker.session;

import java.util.Base64;
import java.util.concurrent.ThreadLocalRandom;

/** Names that the broker makes up. */
final class Names {
  private Names() {}

  /** {@code amq.gen-…} and the like, as RabbitMQ writes them. */
  static String generated(String prefix) {
    byte[] random = new byte[16];
    ThreadLocalRandom.current().nextBytes(random);
    return prefix + "-" + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
  }

  /** RabbitMQ strips line ends from the names of queues and exchanges. */
  static String stripped(String name) {
    return name.replace("\r", "").replace("\n", "");
  }
}
