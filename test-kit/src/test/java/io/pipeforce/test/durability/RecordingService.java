package io.pipeforce.test.durability;

import io.pipeforce.BaseService;
import io.pipeforce.Event;
import io.pipeforce.ServiceRuntime;
import io.pipeforce.ServiceSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;

/** A program with a service that appends what it handles to a file, to be killed at any time. */
public final class RecordingService extends BaseService {
  private final FileChannel file;

  RecordingService(Path file) throws IOException {
    this.file =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
  }

  /** Writes a line in one system call, so that a kill leaves whole lines. */
  @Event("record.#")
  public void record(String id) throws IOException {
    ByteBuffer line = ByteBuffer.wrap((id + "\n").getBytes(StandardCharsets.US_ASCII));
    if (file.write(line) != id.length() + 1) {
      throw new IOException("the disk took only a part of a line");
    }
  }

  /** Runs until it is killed. */
  public static void main(String[] arguments) throws Exception {
    ServiceSettings settings = ServiceSettings.from(System.getenv());
    ServiceRuntime runtime =
        ServiceRuntime.start(settings, List.of(new RecordingService(Path.of(arguments[0]))));
    Runtime.getRuntime().addShutdownHook(new Thread(runtime::close));
    runtime.awaitReady(Duration.ofMinutes(2));
    System.out.println("ready");
    Thread.currentThread().join();
  }
}
