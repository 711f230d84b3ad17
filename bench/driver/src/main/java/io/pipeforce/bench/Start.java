package io.pipeforce.bench;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * From before the process is started to its handler having handled the one message that waits in
 * the queue; with the peer's AOT cache and without. With several handlers, to the last of them
 * having handled the message that waits in its queue. The child reads the clock, which is the same
 * in all processes.
 */
final class Start implements Measurement {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final Setting setting;
  private final AotCaches caches;
  private final boolean cached;

  Start(Setting setting, AotCaches caches, boolean cached) {
    this.setting = setting;
    this.caches = caches;
    this.cached = cached;
  }

  @Override
  public String name() {
    return cached ? "start with AOT cache" : "start without AOT cache";
  }

  @Override
  public String how() {
    return "From before the process is started to the first message, which waits in its quorum"
        + " queue, having been handled. "
        + (cached
            ? "With the JDK's AOT cache, recorded by a run of the peer that handled 500 messages;"
                + " Spring Boot also with what its own ahead-of-time processing generated, Quarkus"
                + " as `aot-jar`."
            : "Without an AOT cache, and Spring Boot without its ahead-of-time processing.")
        + " JVM: `"
        + String.join(" ", Peer.QUICK_START)
        + "`.";
  }

  @Override
  public boolean includes(Peer peer) {
    return peer.takesPartIn().contains("start");
  }

  @Override
  public void prepare(Peer peer) throws InterruptedException {
    if (cached) {
      caches.record(peer);
    }
  }

  @Override
  public List<Figure> run(Peer peer) throws InterruptedException {
    List<String> flags = cached ? caches.flags(peer) : Peer.QUICK_START;
    try (Broker.Place place = setting.broker().place("quorum", peer)) {
      place.fill(peer.handlers());
      Map<String, String> environment = new HashMap<>(place.environment());
      environment.putAll(peer.environment());
      environment.put("BENCH_EXPECT", String.valueOf(peer.handlers()));
      try (PeerProcess process =
          PeerProcess.start(peer.consumer().command(setting.peers(), flags), environment)) {
        Duration time =
            peer.handlers() == 1 ? process.first(PATIENCE) : process.done(PATIENCE).sinceStart();
        return List.of(new Figure(peer.id(), "ms", time.toNanos() / 1e6));
      }
    }
  }
}
