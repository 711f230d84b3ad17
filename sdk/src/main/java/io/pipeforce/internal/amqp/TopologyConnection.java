package io.pipeforce.internal.amqp;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import io.pipeforce.MessagingException;
import io.pipeforce.ServiceSettings;
import io.pipeforce.internal.dispatch.HandlerMethod;
import io.pipeforce.internal.topology.Binding;
import io.pipeforce.internal.topology.FoundQueue;
import io.pipeforce.internal.topology.ManagementApi;
import io.pipeforce.internal.topology.Wanted;
import io.pipeforce.internal.topology.WantedQueue;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * A connection for looking at a service's exchanges and queues and for changing them. For one
 * thread.
 */
public final class TopologyConnection implements AutoCloseable {
  private final ServiceSettings settings;
  private final Connection connection;

  private TopologyConnection(ServiceSettings settings, Connection connection) {
    this.settings = settings;
    this.connection = connection;
  }

  /**
   * Connects.
   *
   * @throws io.pipeforce.BrokerUnavailableException saying why there is no connection
   */
  public static TopologyConnection open(ServiceSettings settings) {
    return new TopologyConnection(
        settings, new Connector(settings.broker(), settings.instance()).open("topology"));
  }

  /** What these handlers need of this broker. */
  public Wanted wanted(List<HandlerMethod> handlers) {
    return Topology.wanted(settings, handlers, Topology.version(connection));
  }

  /** The name of the broker's cluster, when it tells. */
  public Optional<String> cluster() {
    return Optional.ofNullable(connection.getServerProperties().get("cluster_name"))
        .map(Object::toString);
  }

  /** How full and how used a queue is at this moment; nothing of both when it is gone. */
  public ManagementApi.Use use(String queue) {
    return attempt(
        "look at queue " + queue,
        () -> {
          Channel channel = connection.createChannel();
          try {
            AMQP.Queue.DeclareOk found = channel.queueDeclarePassive(queue);
            channel.close();
            return new ManagementApi.Use(found.getMessageCount(), found.getConsumerCount());
          } catch (IOException e) {
            int code = Reasons.code(e);
            if (code == AMQP.NOT_FOUND || code == AMQP.RESOURCE_LOCKED) {
              return new ManagementApi.Use(0, 0);
            }
            throw e;
          }
        });
  }

  /** Takes a binding away; without effect when it is not there. */
  public void unbind(String queue, Binding binding) {
    attempt(
        "unbind queue " + queue,
        () -> {
          try (Channel channel = connection.createChannel()) {
            channel.queueUnbind(queue, binding.exchange(), binding.key(), binding.arguments());
          }
          return true;
        });
  }

  /**
   * Declares a queue anew with all its messages, or continues where an earlier migration was
   * interrupted.
   *
   * @param found the queue as it is
   * @param temporary the temporary queue of an earlier migration
   * @param progress told of each step
   * @throws MessagingException saying why it cannot be done or what interrupted it; no message is
   *     lost, and another call continues
   */
  public void migrate(
      WantedQueue wanted,
      Optional<FoundQueue> found,
      Optional<FoundQueue> temporary,
      Consumer<String> progress) {
    attempt(
        "migrate queue " + wanted.name(),
        () -> {
          new Migration(connection, settings.broker().username(), wanted, progress)
              .run(found, temporary);
          return true;
        });
  }

  private interface Work<T> {
    T run() throws IOException, TimeoutException, InterruptedException;
  }

  private static <T> T attempt(String what, Work<T> work) {
    try {
      return work.run();
    } catch (IOException | TimeoutException | ShutdownSignalException e) {
      throw new MessagingException("could not " + what + ": " + Reasons.text(e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MessagingException("could not " + what + ": interrupted", e);
    }
  }

  @Override
  public void close() {
    connection.abort(AMQP.REPLY_SUCCESS, "closed", 5_000);
  }
}
