package io.pipeforce.broker.session;

import java.time.Duration;

/**
 * What clients may ask for. The defaults are RabbitMQ 4's where it has any.
 *
 * @param connections open at once; RabbitMQ has no such limit by default, here it is as many as fit
 *     into a tenth of the heap while they are idle, and at least 1,000
 * @param channelMax channels open at once on a connection; at least 1
 * @param frameMax octets of the largest frame; at least 4096
 * @param heartbeat what the broker suggests; zero for none
 * @param messageSize octets of the largest body
 * @param memory octets of messages, in queues, on their way in and on their way out, above which
 *     publishers are blocked; half as much may be taken by queues, exchanges, bindings and
 *     consumers
 * @param outbound octets waiting for a client above which it gets no more messages
 */
public record Limits(
    int connections,
    int channelMax,
    int frameMax,
    Duration heartbeat,
    int messageSize,
    long memory,
    int outbound) {
  static final int SMALLEST_FRAME_MAX = 4096;

  private static final int IDLE_CONNECTION = 16 * 1024;

  public static final Limits DEFAULT =
      new Limits(
          Math.clamp(Runtime.getRuntime().maxMemory() / 10 / IDLE_CONNECTION, 1000, 65_535),
          2047,
          131_072,
          Duration.ofSeconds(60),
          16 * 1024 * 1024,
          Runtime.getRuntime().maxMemory() / 10 * 4,
          1024 * 1024);

  public Limits {
    require(connections >= 1, "connections must be positive", connections);
    require(channelMax >= 1 && channelMax <= 65_535, "channelMax must be 1 to 65535", channelMax);
    require(frameMax >= SMALLEST_FRAME_MAX, "frameMax must be at least 4096", frameMax);
    require(
        !heartbeat.isNegative() && heartbeat.toSeconds() <= 65_535,
        "heartbeat must be 0 s to 65535 s",
        heartbeat);
    require(messageSize > 0, "messageSize must be positive", messageSize);
    require(memory > 0, "memory must be positive", memory);
    require(outbound > 0, "outbound must be positive", outbound);
  }

  private static void require(boolean holds, String rule, Object was) {
    if (!holds) {
      throw new IllegalArgumentException(rule + ", was: " + was);
    }
  }

  public Limits withConnections(int changed) {
    return new Limits(changed, channelMax, frameMax, heartbeat, messageSize, memory, outbound);
  }

  public Limits withHeartbeat(Duration changed) {
    return new Limits(connections, channelMax, frameMax, changed, messageSize, memory, outbound);
  }

  public Limits withMessageSize(int changed) {
    return new Limits(connections, channelMax, frameMax, heartbeat, changed, memory, outbound);
  }

  public Limits withMemory(long changed) {
    return new Limits(connections, channelMax, frameMax, heartbeat, messageSize, changed, outbound);
  }
}
