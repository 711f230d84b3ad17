package io.pipeforce.hub.platform.local;

import io.pipeforce.hub.platform.PlatformException;
import io.pipeforce.hub.state.StateFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps others from a state: two hubs on one would each start what is wanted. */
final class StateLock implements AutoCloseable {
  /**
   * Of this process. They are not even tried: to close a file takes away all the locks that the
   * process has on it, those of the other hub too.
   */
  private static final Set<Path> TAKEN = ConcurrentHashMap.newKeySet();

  private final Path state;
  private final FileChannel channel;

  private StateLock(Path state, FileChannel channel) {
    this.state = state;
    this.channel = channel;
  }

  /**
   * Takes it, until it is closed or the process ends.
   *
   * @param folder of the state, made when it is not there
   * @throws PlatformException when another hub has it
   */
  static StateLock of(Path folder) {
    try {
      StateFile.folder(folder);
      Path state = folder.toRealPath();
      if (!TAKEN.add(state)) {
        throw taken(folder);
      }
      try {
        return new StateLock(state, lock(state));
      } catch (IOException | RuntimeException e) {
        TAKEN.remove(state);
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(folder + " cannot be used: " + e.getMessage(), e);
    }
  }

  private static FileChannel lock(Path state) throws IOException {
    FileChannel channel =
        FileChannel.open(
            state.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (channel.tryLock() == null) {
      channel.close();
      throw taken(state);
    }
    return channel;
  }

  private static PlatformException taken(Path state) {
    return new PlatformException(
        "another hub works on " + state + "; stop it first, or start this one in another folder");
  }

  @Override
  public void close() throws IOException {
    channel.close();
    TAKEN.remove(state);
  }
}
