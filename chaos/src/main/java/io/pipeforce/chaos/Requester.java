package io.pipeforce.chaos;

import io.pipeforce.BrokerAddress;
import io.pipeforce.EventClient;
import io.pipeforce.MessagingException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** Sends requests with the SDK's client until each has its answer, and notes that. */
final class Requester implements AutoCloseable {
  private static final int THREADS = 4;
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

  private final Traffic traffic;
  private final BrokerAddress broker;
  private final IntSupplier published;
  private final Journal answered;
  private final AtomicInteger next = new AtomicInteger();
  private final List<Thread> threads = new ArrayList<>();
  private @Nullable EventClient client;

  /**
   * @param published how many messages the producer has published: requests keep pace with it
   */
  Requester(Traffic traffic, int port, Path folder, IntSupplier published) throws IOException {
    this.traffic = traffic;
    this.broker = BrokerAddress.of("127.0.0.1", port);
    this.published = published;
    this.answered = new Journal(folder.resolve("answered"));
  }

  void start() throws InterruptedException {
    EventClient connected = connect();
    client = connected;
    for (int i = 0; i < THREADS; i++) {
      threads.add(Thread.ofVirtual().start(() -> requests(connected)));
    }
  }

  private EventClient connect() throws InterruptedException {
    while (true) {
      try {
        return EventClient.connect(broker, Names.EXCHANGE);
      } catch (MessagingException e) {
        Pause.of(LOOK_AGAIN);
      }
    }
  }

  private void requests(EventClient events) {
    try {
      for (int id = next.getAndIncrement(); id < traffic.requests(); id = next.getAndIncrement()) {
        while (Traffic.requestsAt(published.getAsInt()) <= id
            && published.getAsInt() < traffic.messages()) {
          Pause.of(LOOK_AGAIN);
        }
        request(events, id);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void request(EventClient events, int id) throws InterruptedException {
    String number = Integer.toString(id);
    while (true) {
      try {
        String answer = events.request(Names.REQUEST_KEY, number, String.class, PATIENCE);
        if (!answer.equals(number)) {
          throw new IllegalStateException("request " + number + " was answered with " + answer);
        }
        var _ = answered.append(ByteBuffer.allocate(Integer.BYTES).putInt(id).array());
        return;
      } catch (MessagingException e) {
        Pause.of(LOOK_AGAIN);
      }
    }
  }

  void await() throws InterruptedException {
    for (Thread thread : threads) {
      thread.join();
    }
  }

  @Override
  public void close() throws IOException {
    EventClient connected = client;
    if (connected != null) {
      connected.close();
    }
    answered.close();
  }
}
