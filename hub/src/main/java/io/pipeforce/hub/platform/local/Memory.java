package io.pipeforce.hub.platform.local;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How much memory processes take, at one moment. Known on Linux; elsewhere nothing is above its
 * limit.
 */
final class Memory {
  private static final Path PROC = Path.of("/proc");

  private final Map<Long, List<Long>> children;
  private final Map<Long, Long> resident;

  private Memory(Map<Long, List<Long>> children, Map<Long, Long> resident) {
    this.children = children;
    this.resident = resident;
  }

  static Memory now() {
    Map<Long, List<Long>> children = new HashMap<>();
    Map<Long, Long> resident = new HashMap<>();
    if (Files.isReadable(PROC.resolve("self/status"))) {
      try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
        for (Path process : processes) {
          read(process, children, resident);
        }
      } catch (IOException _) {
        // Looked at again soon.
      }
    }
    return new Memory(children, resident);
  }

  /** Lines like {@code PPid: 17} and {@code VmRSS: 1234 kB}; proc(5). */
  private static void read(Path process, Map<Long, List<Long>> children, Map<Long, Long> resident) {
    try {
      long pid = Long.parseLong(process.getFileName().toString());
      for (String line : Files.readAllLines(process.resolve("status"))) {
        if (line.startsWith("PPid:")) {
          long parent = Long.parseLong(line.substring(5).strip());
          children.computeIfAbsent(parent, _ -> new ArrayList<>()).add(pid);
        } else if (line.startsWith("VmRSS:")) {
          String kib = line.substring(6).replace("kB", "").strip();
          resident.put(pid, Long.parseLong(kib) << 10);
        }
      }
    } catch (IOException | NumberFormatException _) {
      // It has ended meanwhile.
    }
  }

  /** Of a process and all that it started, in octets. */
  long of(long pid) {
    long sum = 0;
    Deque<Long> left = new ArrayDeque<>(List.of(pid));
    while (!left.isEmpty()) {
      long next = left.pop();
      sum += resident.getOrDefault(next, 0L);
      left.addAll(children.getOrDefault(next, List.of()));
    }
    return sum;
  }

  /** What to say when it is above the limit. */
  Optional<String> above(long pid, long limit) {
    long used = of(pid);
    return used > limit
        ? Optional.of(
            "it took %d MiB of memory and may take %d, so it was killed; the image's label io.pipeforce.memory (octets) sets the limit"
                .formatted(used >> 20, limit >> 20))
        : Optional.empty();
  }
}
