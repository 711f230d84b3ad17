package io.pipeforce.broker.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A client asked for something that AMQP answers with a close of its channel or its connection.
 *
 * <p>Carries no stack trace: it is an answer, not a fault of the broker.
 */
public final class AmqpException extends RuntimeException {
  private static final int SHORT_STRING_LIMIT = 255;

  private final ReplyCode code;
  private final String explanation;
  private final int classId;
  private final int methodId;

  public AmqpException(ReplyCode code, String explanation) {
    this(code, explanation, 0, 0);
  }

  AmqpException(ReplyCode code, String explanation, int classId, int methodId) {
    super(explanation.isEmpty() ? code.name() : code + " - " + explanation, null, false, false);
    this.code = code;
    this.explanation = explanation;
    this.classId = classId;
    this.methodId = methodId;
  }

  /** The same, with the method that gave the reason; RabbitMQ names none for a fault of its own. */
  public AmqpException during(Method method) {
    return code == ReplyCode.INTERNAL_ERROR
        ? this
        : new AmqpException(code, explanation, method.classId(), method.methodId());
  }

  public ReplyCode code() {
    return code;
  }

  /** The text without the name of the code. */
  public String explanation() {
    return explanation;
  }

  /** The class of the method that gave the reason; 0 when there was none. */
  public int classId() {
    return classId;
  }

  /** The method that gave the reason; 0 when there was none. */
  public int methodId() {
    return methodId;
  }

  /** The text for the close method, shortened to what a short string holds, as RabbitMQ does. */
  public String replyText() {
    String text = Text.printable(String.valueOf(getMessage()));
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length <= SHORT_STRING_LIMIT) {
      return text;
    }
    // Cut octets, not characters; a character that the cut splits is dropped.
    int cut = SHORT_STRING_LIMIT - 3;
    while ((bytes[cut] & 0xC0) == 0x80) {
      cut--;
    }
    return new String(Arrays.copyOf(bytes, cut), StandardCharsets.UTF_8) + "...";
  }
}
