package io.pipeforce.broker.session;

import io.pipeforce.broker.wire.AmqpException;
import io.pipeforce.broker.wire.Frame;
import io.pipeforce.broker.wire.Method;
import io.pipeforce.broker.wire.ReplyCode;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Puts a method and the frames of its content together, for one channel.
 *
 * <p>Source: {@code rabbit_command_assembler.erl}, texts included.
 */
final class ContentAssembler {
  /** RabbitMQ cuts the connection beyond this; what is merely too large is refused later. */
  private static final long LARGEST_BODY = 512L * 1024 * 1024;

  private static final int FIRST_BODY = 64 * 1024;

  private final int messageSize;
  private final Unfinished unfinished;
  private @Nullable Method method;
  private byte @Nullable [] properties;
  private byte[] body = {};
  private long bodySize;
  private long received;
  private long counted;

  /** A method with all that belongs to it. {@code bodySize} counts, even where body was dropped. */
  // Octets of frames are neither compared nor changed.
  @SuppressWarnings("ArrayRecordComponent")
  record Command(Method method, byte @Nullable [] properties, byte[] body, long bodySize) {}

  /**
   * @param messageSize the largest body worth keeping
   * @param unfinished counts what has come of a content that is not complete
   */
  ContentAssembler(int messageSize, Unfinished unfinished) {
    this.messageSize = messageSize;
    this.unfinished = unfinished;
  }

  /** Answers a command when the frame completes one. */
  @Nullable Command accept(Frame frame) {
    Method awaiting = method;
    if (awaiting == null) {
      return begin(frame);
    }
    try {
      return properties == null ? header(frame, awaiting) : body(frame, awaiting);
    } catch (AmqpException e) {
      throw e.during(awaiting);
    }
  }

  private @Nullable Command begin(Frame frame) {
    if (!(frame instanceof Frame.MethodFrame(_, Method begun))) {
      throw new AmqpException(
          ReplyCode.UNEXPECTED_FRAME, "expected method frame, got non method frame instead");
    }
    if (begun.hasContent()) {
      method = begun;
      return null;
    }
    return new Command(begun, null, body, 0);
  }

  private @Nullable Command header(Frame frame, Method awaiting) {
    if (!(frame instanceof Frame.HeaderFrame header) || header.weight() != 0) {
      throw new AmqpException(
          ReplyCode.UNEXPECTED_FRAME,
          "expected content header for class %d, got non content header frame instead"
              .formatted(awaiting.classId()));
    }
    if (header.classId() != awaiting.classId()) {
      throw new AmqpException(
          ReplyCode.UNEXPECTED_FRAME,
          "expected content header for class %d, got one for class %d instead"
              .formatted(awaiting.classId(), header.classId()));
    }
    bodySize = header.bodySize();
    if (bodySize < 0 || bodySize > LARGEST_BODY) {
      throw new AmqpException(
          ReplyCode.FRAME_ERROR,
          "content body size %s exceeds maximum allowed size %d"
              .formatted(Long.toUnsignedString(bodySize), LARGEST_BODY));
    }
    properties = header.properties();
    received = 0;
    if (bodySize == 0) {
      return complete(awaiting);
    }
    count(properties.length);
    return null;
  }

  private @Nullable Command body(Frame frame, Method awaiting) {
    if (!(frame instanceof Frame.BodyFrame(_, byte[] payload))) {
      throw new AmqpException(
          ReplyCode.UNEXPECTED_FRAME, "expected content body, got non content body frame instead");
    }
    if (payload.length > bodySize - received) {
      throw new AmqpException(
          ReplyCode.FRAME_ERROR, "content body frame exceeds remaining content size");
    }
    if (payload.length == bodySize) {
      body = payload;
    } else if (bodySize <= messageSize) {
      append(payload);
    }
    received += payload.length;
    return received == bodySize ? complete(awaiting) : null;
  }

  /** Grows with what arrives: an announced size alone costs nothing. */
  private void append(byte[] payload) {
    int needed = (int) received + payload.length;
    if (needed > body.length) {
      int roomy = Math.max(needed, Math.max(FIRST_BODY, body.length * 2));
      int before = body.length;
      body = Arrays.copyOf(body, (int) Math.min(bodySize, roomy));
      count(body.length - before);
    }
    System.arraycopy(payload, 0, body, (int) received, payload.length);
  }

  private void count(int octets) {
    counted += octets;
    unfinished.add(octets);
  }

  private Command complete(Method completed) {
    if (counted > 0) {
      unfinished.remove(counted);
      counted = 0;
    }
    Command command = new Command(completed, properties, body, bodySize);
    method = null;
    properties = null;
    body = new byte[0];
    return command;
  }
}
