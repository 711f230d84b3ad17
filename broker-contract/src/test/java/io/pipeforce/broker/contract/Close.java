package io.pipeforce.broker.contract;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Method;
import com.rabbitmq.client.ShutdownSignalException;

/** How a broker refused something: what it closed, and with which words. */
record Close(Scope scope, int code, String text) {

  enum Scope {
    CHANNEL,
    CONNECTION
  }

  static Close channel(int code, String text) {
    return new Close(Scope.CHANNEL, code, text);
  }

  static Close connection(int code, String text) {
    return new Close(Scope.CONNECTION, code, text);
  }

  static Close of(ShutdownSignalException cause) {
    Method reason = cause.getReason();
    if (reason instanceof AMQP.Channel.Close close) {
      return channel(close.getReplyCode(), close.getReplyText());
    }
    if (reason instanceof AMQP.Connection.Close close) {
      return connection(close.getReplyCode(), close.getReplyText());
    }
    throw new AssertionError("The broker ended it without a close method", cause);
  }
}
