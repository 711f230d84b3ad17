package io.pipeforce.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Whether TCP ports of this machine are free, and who has those that are not. */
public final class Ports {
  private Ports() {}

  /** Whether one can listen on this port of 127.0.0.1. */
  public static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Who listens on this port: {@code java (process 4711)}. Empty when nobody does, when the process
   * is another user's, and where there is no {@code /proc}.
   */
  public static Optional<String> holder(int port) {
    Set<String> sockets = new HashSet<>();
    for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
      try {
        Files.readAllLines(Path.of(table)).forEach(line -> listening(line, port, sockets));
      } catch (IOException e) {
        // No such table: another operating system, or no IPv6.
      }
    }
    return sockets.isEmpty()
        ? Optional.empty()
        : ProcessHandle.allProcesses()
            .filter(process -> hasOneOf(process.pid(), sockets))
            .findFirst()
            .map(Ports::describe);
  }

  /** The line format of proc_net_tcp: local address in field 1, state in 3, inode in 9. */
  private static void listening(String line, int port, Set<String> sockets) {
    List<String> fields = List.of(line.strip().split("\\s+"));
    String listen = "0A";
    if (fields.size() > 9
        && fields.get(3).equals(listen)
        && fields.get(1).endsWith(":%04X".formatted(port))) {
      sockets.add("socket:[" + fields.get(9) + "]");
    }
  }

  private static boolean hasOneOf(long process, Set<String> sockets) {
    try (DirectoryStream<Path> descriptors =
        Files.newDirectoryStream(Path.of("/proc", Long.toString(process), "fd"))) {
      for (Path descriptor : descriptors) {
        if (Files.isSymbolicLink(descriptor)
            && sockets.contains(Files.readSymbolicLink(descriptor).toString())) {
          return true;
        }
      }
    } catch (IOException e) {
      // Another user's process, or one that has just ended.
    }
    return false;
  }

  private static String describe(ProcessHandle process) {
    String command =
        process
            .info()
            .command()
            .map(path -> path.substring(path.lastIndexOf('/') + 1))
            .orElse("a process");
    return command + " (process " + process.pid() + ")";
  }
}
