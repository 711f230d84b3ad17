package io.pipeforce.broker.session;

import io.pipeforce.broker.model.Message;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * RabbitMQ's direct reply-to: answers go straight to the channel that asked, without a queue.
 * Thread-safe.
 */
final class DirectReplies {
  /** What a client consumes from and names as its reply-to. */
  static final String QUEUE = "amq.rabbitmq.reply-to";

  private static final String PREFIX = QUEUE + ".";

  private final Map<String, Requester> requesters = new ConcurrentHashMap<>();

  /** Who waits for answers. */
  interface Requester {
    void reply(Message message);
  }

  static boolean isAddress(String routingKey) {
    return routingKey.startsWith(PREFIX);
  }

  /** Answers the address to which replies to this requester go. */
  String register(Requester requester) {
    byte[] secret = new byte[16];
    ThreadLocalRandom.current().nextBytes(secret);
    String address = PREFIX + HexFormat.of().formatHex(secret);
    requesters.put(address, requester);
    return address;
  }

  void unregister(String address) {
    requesters.remove(address);
  }

  Optional<Requester> at(String address) {
    return Optional.ofNullable(requesters.get(address));
  }
}
