package io.pipeforce.hub.platform.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The processes of a child whose parent was killed: they are of its group, which cannot be
 * another's while one of them works in the child's folder. Known on Linux; elsewhere they stay.
 */
final class Leftovers {
  private static final Path PROC = Path.of("/proc");

  private Leftovers() {}

  /** Ends those of the child in this folder, once. */
  static void end(Path folder) {
    Path file = folder.resolve("pid");
    try {
      long leader = Long.parseLong(Files.readString(file).strip());
      List<Long> group = group(leader);
      if (group.stream().anyMatch(pid -> worksIn(folder, pid))) {
        group.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
      }
      Files.delete(file);
    } catch (IOException | NumberFormatException _) {
      // There is nothing that could be looked for.
    }
  }

  private static List<Long> group(long leader) throws IOException {
    List<Long> group = new ArrayList<>();
    if (Files.isReadable(PROC.resolve("self/stat"))) {
      try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
        for (Path process : processes) {
          if (groupOf(process) == leader) {
            group.add(Long.parseLong(process.getFileName().toString()));
          }
        }
      }
    }
    return group;
  }

  /** The third field after the name, which is in brackets and may be anything; proc(5). */
  private static long groupOf(Path process) {
    try {
      String stat =
          new String(Files.readAllBytes(process.resolve("stat")), StandardCharsets.ISO_8859_1);
      return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ", 4)[2]);
    } catch (IOException | RuntimeException _) {
      return -1; // It has ended meanwhile.
    }
  }

  private static boolean worksIn(Path folder, long pid) {
    try {
      return Files.readSymbolicLink(PROC.resolve(Long.toString(pid)).resolve("cwd"))
          .startsWith(folder.toRealPath());
    } catch (IOException _) {
      return false;
    }
  }
}
