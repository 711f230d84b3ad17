package io.pipeforce.broker.model;

import io.pipeforce.broker.wire.AmqpException;
import io.pipeforce.broker.wire.ReplyCode;
import java.math.BigInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The expiration property: milliseconds, as text. */
public final class Expiration {
  private static final Pattern INTEGER = Pattern.compile("([+-]?\\d+)(.*)", Pattern.DOTALL);

  /** About 300 years: as good as for ever, and no sum with it overflows. */
  private static final long LONGEST = Long.MAX_VALUE / 1_000_000;

  private Expiration() {}

  /**
   * @throws AmqpException 406 when it is not a number, with RabbitMQ's text
   */
  public static void check(String expiration) {
    Matcher matcher = INTEGER.matcher(expiration);
    if (!matcher.matches()) {
      throw invalid(expiration, "no_integer");
    }
    if (!matcher.group(2).isEmpty()) {
      throw invalid(expiration, "{leftover_string,\"" + matcher.group(2) + "\"}");
    }
    if (new BigInteger(matcher.group(1)).signum() < 0) {
      throw invalid(expiration, "{value_negative," + new BigInteger(matcher.group(1)) + "}");
    }
  }

  static long milliseconds(String checked) {
    return new BigInteger(checked).min(BigInteger.valueOf(LONGEST)).longValue();
  }

  private static AmqpException invalid(String expiration, String reason) {
    return new AmqpException(
        ReplyCode.PRECONDITION_FAILED, "invalid expiration '" + expiration + "': " + reason);
  }
}
