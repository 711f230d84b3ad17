package io.pipeforce.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * Resident memory of the process: five seconds after its first message, and at most while it then
 * consumes many.
 */
final class Memory implements Measurement {
  /** The same for all peers, besides their flags for a quick start. */
  static final String HEAP = "-Xmx128m";

  static final Duration IDLE = Duration.ofSeconds(5);

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Setting setting;
  private final AotCaches caches;
  private final long messages;

  Memory(Setting setting, AotCaches caches, long messages) {
    this.setting = setting;
    this.caches = caches;
    this.messages = messages;
  }

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public String how() {
    return String.format(
        Locale.ROOT,
        "Resident memory (VmRSS) %d s after the first message, and at most (VmHWM) after %,d more."
            + " JVM: `%s %s` and the AOT cache, which is mapped into memory and counts.",
        IDLE.toSeconds(),
        messages,
        String.join(" ", Peer.QUICK_START),
        HEAP);
  }

  @Override
  public boolean includes(Peer peer) {
    return peer.takesPartIn().contains("memory");
  }

  @Override
  public void prepare(Peer peer) throws InterruptedException {
    caches.record(peer);
  }

  @Override
  public List<Figure> run(Peer peer) throws InterruptedException {
    List<String> flags = new ArrayList<>(caches.flags(peer));
    flags.add(HEAP);
    try (Broker.Place place = setting.broker().place("quorum", peer)) {
      place.fill(1);
      Map<String, String> environment = new HashMap<>(place.environment());
      environment.putAll(peer.environment());
      environment.put("BENCH_EXPECT", String.valueOf(1 + messages));
      try (PeerProcess process =
          PeerProcess.start(peer.consumer().command(setting.peers(), flags), environment)) {
        process.first(PATIENCE);
        LockSupport.parkNanos(IDLE.toNanos());
        double idle = process.memory("VmRSS");
        place.fill(messages);
        process.done(PATIENCE);
        place.awaitEmpty();
        return List.of(
            new Figure(peer.id(), "idle MiB", idle),
            new Figure(peer.id(), "peak MiB", process.memory("VmHWM")));
      }
    }
  }
}
