package io.pipeforce.internal.amqp;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.Method;
import com.rabbitmq.client.PossibleAuthenticationFailureException;
import com.rabbitmq.client.ShutdownSignalException;
import io.pipeforce.BrokerAddress;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.concurrent.TimeoutException;

/** Puts into words why a connection, a channel or a message failed, and what to do. */
final class Reasons {
  private Reasons() {}

  /** What the other side said when it closed, or what went wrong with the socket. */
  static String of(ShutdownSignalException signal) {
    Method reason = signal.getReason();
    if (reason instanceof AMQP.Connection.Close close) {
      return close.getReplyCode() + " " + close.getReplyText();
    }
    if (reason instanceof AMQP.Channel.Close close) {
      return close.getReplyCode() + " " + close.getReplyText();
    }
    Throwable cause = signal.getCause();
    String message = cause == null ? signal.getMessage() : cause.toString();
    return message == null ? signal.toString() : message;
  }

  /** The AMQP reply code of a failed channel operation, or 0. */
  static int code(Throwable error) {
    for (Throwable e = error; e != null; e = e.getCause()) {
      if (e instanceof ShutdownSignalException signal) {
        Method reason = signal.getReason();
        if (reason instanceof AMQP.Channel.Close close) {
          return close.getReplyCode();
        }
        if (reason instanceof AMQP.Connection.Close close) {
          return close.getReplyCode();
        }
      }
    }
    return 0;
  }

  /** The broker's own words about a failed channel operation. */
  static String text(Throwable error) {
    for (Throwable e = error; e != null; e = e.getCause()) {
      if (e instanceof ShutdownSignalException signal) {
        return of(signal);
      }
    }
    return String.valueOf(error.getMessage());
  }

  /**
   * Whether this message is why the channel was closed. The broker names no delivery tag, but the
   * exchange or the size, and a message that is to blame must not be published again and again.
   */
  static boolean causedBy(ShutdownSignalException signal, Publication publication) {
    int code = code(signal);
    String text = of(signal);
    boolean namesExchange =
        (code == AMQP.NOT_FOUND || code == AMQP.ACCESS_REFUSED)
            && text.contains("exchange '" + publication.exchange() + "'");
    boolean namesSize =
        code == AMQP.PRECONDITION_FAILED
            && text.contains("message size " + publication.body().length + " ");
    return namesExchange || namesSize;
  }

  /** Why no connection could be made. */
  static String connecting(BrokerAddress broker, Throwable error) {
    return switch (error) {
      case AuthenticationFailureException e -> refusedLogin(broker);
      case PossibleAuthenticationFailureException e -> refusedLogin(broker);
      case ConnectException e -> "no broker answers at " + broker.display();
      case UnknownHostException e ->
          "the broker's host '" + broker.host() + "' is not known; check its name";
      case SocketTimeoutException e -> "the broker at " + broker.display() + " does not answer";
      case TimeoutException e -> "the broker at " + broker.display() + " does not answer in time";
      default ->
          code(error) == AMQP.NOT_ALLOWED
              ? "the broker at " + broker.display() + " refused: " + text(error)
              : "no connection to the broker at " + broker.display() + ": " + text(error);
    };
  }

  private static String refusedLogin(BrokerAddress broker) {
    return "the broker at "
        + broker.display()
        + " refused the login of user '"
        + broker.username()
        + "'; check the user and its password";
  }
}
