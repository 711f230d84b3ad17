package io.pipeforce.broker.session;

import java.time.Duration;

/**
 * What one client may ask for. The defaults are RabbitMQ 4's.
 *
 * @param channelMax channels open at once on a connection; at least 1
 * @param frameMax octets of the largest frame; at least 4096
 * @param heartbeat what the broker suggests; zero for none
 * @param messageSize octets of the largest body
 * @param memory octets of messages in queues above which publishers are blocked
 * @param outbound octets waiting for a client above which it gets no more messages
 */
public record Limits(
    int channelMax, int frameMax, Duration heartbeat, int messageSize, long memory, int outbound) {
  static final int SMALLEST_FRAME_MAX = 4096;

  public static final Limits DEFAULT =
      new Limits(
          2047,
          131_072,
          Duration.ofSeconds(60),
          16 * 1024 * 1024,
          Runtime.getRuntime().maxMemory() / 10 * 4,
          1024 * 1024);

  public Limits {
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

  public Limits withHeartbeat(Duration changed) {
    return new Limits(channelMax, frameMax, changed, messageSize, memory, outbound);
  }

  public Limits withMessageSize(int changed) {
    return new Limits(channelMax, frameMax, heartbeat, changed, memory, outbound);
  }

  public Limits withMemory(long changed) {
    return new Limits(channelMax, frameMax, heartbeat, messageSize, changed, outbound);
  }
}
