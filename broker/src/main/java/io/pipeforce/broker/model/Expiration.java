package io.pipeforce.broker.model;

import io.pipeforce.broker.wire.AmqpException;
import io.pipeforce.broker.wire.ReplyCode;
import java.math.BigInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The expiration property: milliseconds, as text. */
public final class Expiration {
  private static final String PREFIX = "invalid expiration '%s': ";
  private static final Pattern INTEGER = Pattern.compile("([+-]?\\d+)(.*)", Pattern.DOTALL);

  /** Ten years, in milliseconds. */
  static final long LONGEST = 315_360_000_000L;

  /** Where Erlang breaks a line when it prints a term. */
  private static final int LINE = 80;

  private Expiration() {}

  /**
   * The number as RabbitMQ 4 writes it, whatever was before it.
   *
   * @throws AmqpException 406 when it is not a number, with RabbitMQ's text
   */
  public static String canonical(String expiration) {
    Matcher matcher = INTEGER.matcher(expiration);
    if (!matcher.matches()) {
      throw invalid(expiration, "no_integer");
    }
    if (!matcher.group(2).isEmpty()) {
      throw invalid(expiration, "{leftover_string,\"" + matcher.group(2) + "\"}");
    }
    BigInteger value = new BigInteger(matcher.group(1));
    if (value.signum() < 0) {
      throw invalid(expiration, tuple(expiration, "value_negative", value));
    }
    if (value.compareTo(BigInteger.valueOf(LONGEST)) > 0) {
      throw invalid(expiration, tuple(expiration, "value_too_large", value));
    }
    return value.toString();
  }

  static long milliseconds(String checked) {
    return Long.parseLong(checked);
  }

  private static String tuple(String expiration, String what, BigInteger value) {
    int column = PREFIX.formatted(expiration).length();
    String term = "{" + what + "," + value + "}";
    return column + term.length() <= LINE
        ? term
        : "{" + what + ",\n" + " ".repeat(column + 1) + value + "}";
  }

  private static AmqpException invalid(String expiration, String reason) {
    return new AmqpException(ReplyCode.PRECONDITION_FAILED, PREFIX.formatted(expiration) + reason);
  }
}
