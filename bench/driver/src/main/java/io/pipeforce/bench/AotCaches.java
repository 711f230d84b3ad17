package io.pipeforce.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The JDK's AOT caches of the peers: recorded by a run of the peer itself, which handles a few
 * hundred messages and ends by SIGTERM.
 */
final class AotCaches {
  private static final long TRAINED_WITH = 500;
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final Setting setting;

  AotCaches(Setting setting) {
    this.setting = setting;
  }

  /** The flags of a start with the cache, once it was recorded. */
  List<String> flags(Peer peer) {
    List<String> flags = new ArrayList<>(Peer.QUICK_START);
    flags.addAll(peer.aotFlags());
    flags.add("-XX:AOTCache=" + file(peer));
    return flags;
  }

  Path file(Peer peer) {
    return setting.scratch().resolve(peer.id() + ".aot");
  }

  /** Records the cache, unless it is there and newer than the peer's jar. */
  void record(Peer peer) throws InterruptedException {
    Path cache = file(peer);
    Path jar = peer.consumer().file(setting.peers());
    try {
      if (Files.exists(cache)
          && Files.getLastModifiedTime(cache).compareTo(Files.getLastModifiedTime(jar)) > 0) {
        return;
      }
      Files.deleteIfExists(cache);
      train(peer, cache);
      if (!Files.exists(cache)) {
        throw new MeasurementException("the JVM wrote no AOT cache for " + peer.id(), null);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void train(Peer peer, Path cache) throws InterruptedException {
    List<String> flags = new ArrayList<>(Peer.QUICK_START);
    flags.addAll(peer.aotFlags());
    flags.add("-XX:AOTCacheOutput=" + cache);
    try (Broker.Place place = setting.broker().place("quorum", peer)) {
      place.fill(TRAINED_WITH);
      Map<String, String> environment = new HashMap<>(place.environment());
      environment.putAll(peer.environment());
      environment.put("BENCH_EXPECT", String.valueOf(TRAINED_WITH));
      try (PeerProcess process =
          PeerProcess.start(peer.consumer().command(setting.peers(), flags), environment)) {
        process.done(PATIENCE);
      }
    }
  }
}
