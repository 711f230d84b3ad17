package io.pipeforce.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the journals of the producer and of all service processes say. Reads what was appended since
 * it last looked. Safe for threads.
 */
final class Evidence {
  private final Path folder;
  private final Map<Path, Long> read = new HashMap<>();
  private final BitSet confirmed = new BitSet();
  private final BitSet outOfOrder = new BitSet();
  private final BitSet answered = new BitSet();
  private final Map<Handler, Work> work = new EnumMap<>(Handler.class);

  /** Of each process, how often each handler noted something. */
  private final Map<String, Map<Handler, Long>> byProcess = new TreeMap<>();

  private final Order order = new Order();

  /** What one handler did. */
  static final class Work {
    private final BitSet ids = new BitSet();
    private long calls;
    private long retries;

    BitSet ids() {
      return ids;
    }

    /** Successful ones. */
    long calls() {
      return calls;
    }

    /** Failed attempts before the successful ones. */
    long retries() {
      return retries;
    }

    long duplicates() {
      return calls - ids.cardinality();
    }
  }

  Evidence(Path folder) {
    this.folder = folder;
    for (Handler handler : Handler.values()) {
      work.put(handler, new Work());
    }
  }

  synchronized void look() throws IOException {
    // What was handled first, or a message could seem to be confirmed and missing.
    numbers(folder.resolve("confirmed"), confirmed);
    numbers(folder.resolve("out-of-order"), outOfOrder);
    numbers(folder.resolve("answered"), answered);
    try (DirectoryStream<Path> journals = Files.newDirectoryStream(folder, "*.journal")) {
      for (Path journal : journals) {
        String process = journal.getFileName().toString().replace(".journal", "");
        Map<Handler, Long> counts =
            byProcess.computeIfAbsent(process, name -> new EnumMap<>(Handler.class));
        entries(journal, counts);
      }
    }
  }

  private void numbers(Path file, BitSet into) throws IOException {
    ByteBuffer bytes = more(file, Integer.BYTES);
    while (bytes.hasRemaining()) {
      into.set(bytes.getInt());
    }
  }

  private void entries(Path file, Map<Handler, Long> counts) throws IOException {
    ByteBuffer bytes = more(file, Entry.SIZE);
    while (bytes.hasRemaining()) {
      Entry entry = Entry.read(bytes);
      Work done = done(entry.handler());
      done.calls++;
      done.retries += entry.attempt() - 1;
      done.ids.set(entry.id());
      counts.merge(entry.handler(), 1L, Long::sum);
      if (entry.handler() == Handler.ORDERED) {
        order.add(entry);
      }
    }
  }

  /** The whole records after those that were read; the last one may be torn by a kill. */
  private ByteBuffer more(Path file, int size) throws IOException {
    if (!Files.exists(file)) {
      return ByteBuffer.allocate(0);
    }
    long from = read.getOrDefault(file, 0L);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      int length = Math.toIntExact((channel.size() - from) / size * size);
      ByteBuffer bytes = ByteBuffer.allocate(length);
      while (bytes.hasRemaining()) {
        if (channel.read(bytes, from + bytes.position()) < 0) {
          throw new UncheckedIOException(new IOException(file + " became shorter"));
        }
      }
      read.put(file, from + length);
      return bytes.flip();
    }
  }

  private Work done(Handler handler) {
    Work done = work.get(handler);
    if (done == null) {
      throw new IllegalStateException("no such handler: " + handler);
    }
    return done;
  }

  synchronized Work of(Handler handler) {
    return done(handler);
  }

  /** How many messages were confirmed to the producer. */
  synchronized int confirmedCount() {
    return confirmed.cardinality();
  }

  /** How many messages one handler at least has handled. */
  synchronized long handledCount() {
    long sum = 0;
    for (Kind kind : Kind.values()) {
      if (kind != Kind.BOTH) {
        sum += done(kind.handlers().getFirst()).ids.cardinality();
      }
    }
    return sum;
  }

  /** All calls, of all handlers: grows as long as anything happens. */
  synchronized long calls() {
    return work.values().stream().mapToLong(Work::calls).sum();
  }

  synchronized BitSet confirmed() {
    return (BitSet) confirmed.clone();
  }

  synchronized BitSet answered() {
    return (BitSet) answered.clone();
  }

  synchronized BitSet outOfOrder() {
    return (BitSet) outOfOrder.clone();
  }

  synchronized BitSet handled(Handler handler) {
    return (BitSet) done(handler).ids.clone();
  }

  synchronized Map<Handler, Long> callsOf(String process) {
    return Map.copyOf(byProcess.getOrDefault(process, Map.of()));
  }

  synchronized Order order() {
    return order;
  }
}
