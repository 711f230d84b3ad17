package io.pipeforce.broker.session;

import java.util.concurrent.atomic.LongAdder;

/** How often connections and channels came and went. Thread-safe. */
public final class Churn {
  private final LongAdder connectionsOpened = new LongAdder();
  private final LongAdder connectionsClosed = new LongAdder();
  private final LongAdder channelsOpened = new LongAdder();
  private final LongAdder channelsClosed = new LongAdder();

  Churn() {}

  void connectionOpened() {
    connectionsOpened.increment();
  }

  void connectionClosed() {
    connectionsClosed.increment();
  }

  void channelOpened() {
    channelsOpened.increment();
  }

  void channelsClosed(int count) {
    channelsClosed.add(count);
  }

  public long connectionsOpened() {
    return connectionsOpened.sum();
  }

  public long connectionsClosed() {
    return connectionsClosed.sum();
  }

  public long channelsOpened() {
    return channelsOpened.sum();
  }

  public long channelsClosed() {
    return channelsClosed.sum();
  }
}
