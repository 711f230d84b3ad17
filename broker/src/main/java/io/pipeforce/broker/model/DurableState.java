package io.pipeforce.broker.model;

import io.pipeforce.broker.store.Change;
import io.pipeforce.broker.store.Contents;
import io.pipeforce.broker.store.Store;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What of the virtual host outlives the process: writes down what is durable, and makes it again
 * when the broker starts. Without a store nothing is durable, and all that is asked here is true at
 * once.
 *
 * <p>What is public is thread-safe; the rest is guarded by the topology lock.
 */
public final class DurableState {
  private static final Logger LOG = LoggerFactory.getLogger(DurableState.class);

  private static final String EXCHANGE = "exchange ";
  private static final String QUEUE = "queue ";
  private static final String BINDING = "binding ";

  private final @Nullable Store store;
  private final Map<Binding, Long> bindings = new HashMap<>();
  private long nextQueue = 1;
  private long nextBinding = 1;

  DurableState(@Nullable Store store) {
    this.store = store;
  }

  /** Keeps nothing. */
  public static DurableState none() {
    return new DurableState(null);
  }

  void added(Exchange exchange) {
    if (store != null && exchange.durable()) {
      put(
          EXCHANGE + exchange.name(),
          new StoredDefinition.OfExchange(
              exchange.name(),
              exchange.type(),
              exchange.autoDelete(),
              exchange.internal(),
              exchange.arguments()));
    }
  }

  void removed(Exchange exchange) {
    if (store != null && exchange.durable()) {
      store.add(new Change.RemoveDefinition(EXCHANGE + exchange.name()));
    }
  }

  /** Answers where the messages of the new queue are kept; null when they are not. */
  @Nullable KeptMessages added(QueueDefinition queue) {
    if (store == null || !queue.durable()) {
      return null;
    }
    long number = nextQueue++;
    put(
        QUEUE + queue.name(),
        new StoredDefinition.OfQueue(queue.name(), number, queue.autoDelete(), queue.arguments()));
    return new KeptMessages(store, number, queue.type() == QueueType.QUORUM);
  }

  void removed(Queue queue) {
    if (store != null && queue.definition().durable()) {
      store.add(new Change.RemoveDefinition(QUEUE + queue.name()));
    }
  }

  void added(Binding binding) {
    if (store == null || !isDurable(binding)) {
      return;
    }
    long number = nextBinding++;
    bindings.put(binding, number);
    put(
        bindingKey(number),
        new StoredDefinition.OfBinding(
            binding.source().name(),
            binding.destination() instanceof Queue,
            binding.destination().name(),
            binding.routingKey(),
            binding.arguments()));
  }

  void removed(Binding binding) {
    Long number = bindings.remove(binding);
    if (store != null && number != null) {
      store.add(new Change.RemoveDefinition(bindingKey(number)));
    }
  }

  private static String bindingKey(long number) {
    return BINDING + "%016x".formatted(number);
  }

  private static boolean isDurable(Binding binding) {
    return binding.source().durable()
        && switch (binding.destination()) {
          case Queue queue -> queue.definition().durable();
          case Exchange exchange -> exchange.durable();
        };
  }

  private void put(String key, StoredDefinition definition) {
    if (store != null) {
      store.add(new Change.PutDefinition(key, definition.encode()));
    }
  }

  /** The number of the newest change, for those who want to know when it is on the disk. */
  public long last() {
    return store == null ? 0 : store.last();
  }

  /** Whether a change is on the disk, and all before it. */
  public boolean isWritten(long number) {
    return store == null || store.written() >= number;
  }

  /**
   * Runs it once, when more is on the disk than now; at once when the change already is. It must
   * not wait.
   */
  public void whenWritten(long number, Runnable listener) {
    if (store == null) {
      listener.run();
    } else {
      store.whenWritten(number, listener);
    }
  }

  /** Waits until all that has changed so far is on the disk. */
  public void awaitWritten() {
    if (store != null) {
      store.await(store.last());
    }
  }

  /** Waits while the disk is far behind. */
  public void awaitRoom() {
    if (store != null) {
      store.awaitRoom();
    }
  }

  void close() {
    if (store != null) {
      store.close();
    }
  }

  /** What the host needs to take back what it was. */
  interface Host {
    void restore(Exchange exchange);

    /** Answers the queue that was made. */
    Queue restore(QueueDefinition definition, KeptMessages kept);

    /** Empty when one of its ends is gone. */
    Optional<Binding> restore(StoredDefinition.OfBinding binding);
  }

  /** Makes everything again that was durable when the last broker ended. */
  void restore(Host host) {
    if (store == null) {
      return;
    }
    Restoring restoring = new Restoring(store, host);
    store.read(restoring);
    restoring.finish();
  }

  private final class Restoring implements Contents {
    private final Store from;
    private final Host host;
    private final Map<Long, Queue> queues = new HashMap<>();
    private final List<Long> orphans = new ArrayList<>();
    private final Map<String, StoredDefinition.OfBinding> readBindings = new LinkedHashMap<>();
    private long messages;

    Restoring(Store from, Host host) {
      this.from = from;
      this.host = host;
    }

    @Override
    public void definition(String key, byte[] value) {
      switch (StoredDefinition.decode(value)) {
        case StoredDefinition.OfExchange(
                var name,
                var type,
                var autoDelete,
                var internal,
                var arguments) ->
            host.restore(new Exchange(name, type, true, autoDelete, internal, arguments));
        case StoredDefinition.OfQueue(var name, var number, var autoDelete, var arguments) -> {
          QueueDefinition definition = new QueueDefinition(name, true, autoDelete, null, arguments);
          KeptMessages kept = new KeptMessages(from, number, definition.type() == QueueType.QUORUM);
          queues.put(number, host.restore(definition, kept));
          nextQueue = Math.max(nextQueue, number + 1);
        }
        case StoredDefinition.OfBinding binding -> readBindings.put(key, binding);
      }
    }

    @Override
    public void message(long key, byte[] value, int returns) {
      Queue queue = queues.get(KeptMessages.queueOf(key));
      if (queue == null) {
        orphans.add(key);
        return;
      }
      // A classic queue does not write down what it delivers: after a crash it may be anything.
      boolean perhapsDelivered = !queue.isQuorum() && !from.wasClosed();
      queue.restore(
          StoredMessage.decode(value),
          KeptMessages.positionOf(key),
          perhapsDelivered ? Math.max(1, returns) : returns);
      messages++;
    }

    /** Bindings need both their ends; leftovers of a crash can be cleared away only now. */
    void finish() {
      readBindings.forEach((key, binding) -> {
        long number = Long.parseLong(key.substring(BINDING.length()), 16);
        nextBinding = Math.max(nextBinding, number + 1);
        host.restore(binding)
            .ifPresentOrElse(
                restored -> bindings.put(restored, number),
                () -> from.add(new Change.RemoveDefinition(key)));
      });
      orphans.forEach(key -> from.add(new Change.RemoveMessage(key)));
      queues.values().forEach(Queue::restored);
      LOG.info(
          "{}: {} durable queues with {} messages{}",
          from.folder(),
          queues.size(),
          messages,
          from.wasClosed() ? "" : "; the last broker was not closed");
    }
  }
}
