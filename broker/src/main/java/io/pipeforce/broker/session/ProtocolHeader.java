package io.pipeforce.broker.session;

import java.util.Arrays;
import java.util.Optional;

/** The eight octets with which a client says what it speaks. */
final class ProtocolHeader {
  private static final byte[] AMQP_0_9_1 = {'A', 'M', 'Q', 'P', 0, 0, 9, 1};
  private static final byte[] OF_QPID = {'A', 'M', 'Q', 'P', 1, 1, 0, 9};

  /** What RabbitMQ 4 would rather talk: AMQP 1.0 with SASL. */
  private static final byte[] PREFERRED = {'A', 'M', 'Q', 'P', 3, 1, 0, 0};

  private ProtocolHeader() {}

  /** What to offer a client that speaks something else; empty when it is understood. */
  static Optional<byte[]> instead(byte[] header) {
    if (Arrays.equals(header, AMQP_0_9_1) || Arrays.equals(header, OF_QPID)) {
      return Optional.empty();
    }
    boolean isLaterVersion = Arrays.equals(header, 0, 6, AMQP_0_9_1, 0, 6) && header[6] >= 9;
    return Optional.of(isLaterVersion ? AMQP_0_9_1 : PREFERRED);
  }
}
