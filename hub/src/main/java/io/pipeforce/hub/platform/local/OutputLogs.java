package io.pipeforce.hub.platform.local;

import io.pipeforce.hub.platform.Logs;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What instances write, one after the other; with several it is told which, as {@code tail} does.
 *
 * @param files the output of each, in the order of their starts; asked for again while following
 * @param goesOn whether more may come
 */
record OutputLogs(Supplier<List<LogFile>> files, BooleanSupplier goesOn) implements Logs {
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);

  @Override
  public void copyTo(OutputStream out, boolean follow) throws IOException, InterruptedException {
    Map<LogFile, LogFile.Reader> readers = new LinkedHashMap<>();
    LogFile last = null;
    while (true) {
      // Asked before: what is written until it ends is read once more.
      boolean more = follow && goesOn.getAsBoolean();
      boolean written = false;
      for (LogFile file : files.get()) {
        LogFile.Reader reader = readers.computeIfAbsent(file, LogFile.Reader::new);
        boolean several = readers.size() > 1;
        if (reader.copy(several ? new Titled(out, file, last) : out)) {
          last = file;
          written = true;
        }
      }
      out.flush();
      if (!more) {
        return;
      }
      if (!written) {
        Thread.sleep(BETWEEN_LOOKS);
      }
    }
  }

  @Override
  public Tail tail(int octets) throws IOException {
    List<LogFile> all = files.get();
    long kept = 0;
    for (LogFile file : all) {
      kept += file.kept();
    }
    if (all.isEmpty()) {
      return new Tail("", 0);
    }
    byte[] end = all.getLast().tail(octets);
    return new Tail(new String(end, StandardCharsets.UTF_8), Math.max(0, kept - end.length));
  }

  /** Writes whose output it is before the first of it, when it was another's before. */
  private static final class Titled extends OutputStream {
    private final OutputStream out;
    private final LogFile file;
    private boolean begun;

    Titled(OutputStream out, LogFile file, @Nullable LogFile last) {
      this.out = out;
      this.file = file;
      this.begun = file.equals(last);
    }

    @Override
    public void write(int octet) throws IOException {
      write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] octets, int offset, int length) throws IOException {
      if (!begun) {
        begun = true;
        String name = file.file().getFileName().toString().replaceFirst("\\.log$", "");
        out.write(("==> " + name + " <==\n").getBytes(StandardCharsets.UTF_8));
      }
      out.write(octets, offset, length);
    }
  }
}
