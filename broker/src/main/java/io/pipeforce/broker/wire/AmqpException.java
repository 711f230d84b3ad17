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

  public AmqpException(ReplyCode code, String explanation) {
    super(code + " - " + explanation, null, false, false);
    this.code = code;
    this.explanation = explanation;
  }

  public ReplyCode code() {
    return code;
  }

  /** The text without the name of the code. */
  public String explanation() {
    return explanation;
  }

  /** The text for the close method, shortened to what a short string holds, as RabbitMQ does. */
  public String replyText() {
    String text = String.valueOf(getMessage());
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length <= SHORT_STRING_LIMIT) {
      return text;
    }
    // Cut bytes, not characters; a character that the cut splits is dropped.
    int cut = SHORT_STRING_LIMIT - 3;
    while ((bytes[cut] & 0xC0) == 0x80) {
      cut--;
    }
    return new String(Arrays.copyOf(bytes, cut), StandardCharsets.UTF_8) + "...";
  }
}
