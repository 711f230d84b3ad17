package io.pipeforce.internal.amqp;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownListener;
import com.rabbitmq.client.ShutdownSignalException;
import io.pipeforce.BrokerUnavailableException;
import io.pipeforce.internal.dispatch.Observer;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections to the broker that belong together and end together. Messages are consumed on one
 * and published on another: a broker that runs out of memory stops reading from connections that
 * publish, and acks must still get through.
 */
final class Link {
  private static final Logger log = LoggerFactory.getLogger(Link.class);

  private final Connection publishing;
  private final @Nullable Connection consuming;

  private Link(Connection publishing, @Nullable Connection consuming) {
    this.publishing = publishing;
    this.consuming = consuming;
  }

  /**
   * Connects.
   *
   * @param consumes whether a connection for consuming is needed
   * @param blocked told why the broker takes no messages, and null when it takes them again
   * @param lost called when one of the connections is lost
   * @throws BrokerUnavailableException saying why there is no connection
   */
  static Link open(
      Connector connector, boolean consumes, Consumer<@Nullable String> blocked, Runnable lost) {
    Connector.Opened opened =
        connector.open(consumes ? List.of("publishes", "consumes") : List.of("publishes"));
    Connection publishing = opened.connections().getFirst();
    Connection consuming = consumes ? opened.connections().getLast() : null;
    if (consuming != null) {
      consuming.addShutdownListener(signal -> lost.run());
    }
    blocked.accept(null);
    publishing.addBlockedListener(
        reason -> {
          log.warn("the broker takes no messages at the moment: {}", reason);
          blocked.accept("the broker takes no messages at the moment: " + reason);
        },
        () -> {
          log.info("the broker takes messages again");
          blocked.accept(null);
        });
    publishing.addShutdownListener(signal -> lost.run());
    log.info("connected to the broker at {}", opened.at());
    return new Link(publishing, consuming);
  }

  boolean isOpen() {
    return publishing.isOpen() && (consuming == null || consuming.isOpen());
  }

  /** The connection for consuming and declaring. */
  Connection consuming() {
    return consuming != null ? consuming : publishing;
  }

  /** Opens a channel with confirms. */
  Publisher publisher(Observer observer, ShutdownListener lost) throws IOException {
    Channel channel = channel(publishing);
    channel.addShutdownListener(lost);
    return new Publisher(channel, observer::unroutable);
  }

  /** Opens a channel; the client library answers null when the broker allows no more. */
  static Channel channel(Connection connection) throws IOException {
    Channel channel = connection.createChannel();
    if (channel == null) {
      throw new IOException("the broker allows no more channels on this connection");
    }
    return channel;
  }

  /** Returns when the broker has answered something, or is known to be gone. */
  void awaitAnswer() {
    try {
      // Not on the other connection: a broker in alarm does not read from those who publish.
      channel(consuming()).close();
    } catch (IOException | TimeoutException | ShutdownSignalException e) {
      log.debug("no answer: {}", e.toString());
    }
  }

  /** Closes the connections, with little patience for a broker that does not answer. */
  void abort() {
    if (consuming != null) {
      Connector.abort(consuming);
    }
    Connector.abort(publishing);
  }
}
