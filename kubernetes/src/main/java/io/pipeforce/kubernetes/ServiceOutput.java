package io.pipeforce.kubernetes;

import io.pipeforce.hub.platform.Logs;
import io.pipeforce.hub.platform.PlatformException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the pods of a service have written; with several it is told which, as {@code tail} does. Of
 * pods that are gone the cluster keeps nothing.
 *
 * @param cluster where
 * @param service its name
 */
record ServiceOutput(Cluster cluster, String service) implements Logs {
  private static final Logger LOG = LoggerFactory.getLogger(ServiceOutput.class);
  private static final int LONGEST_LINE = 64 << 10;
  private static final int AHEAD = 64;
  private static final long LOOK_MILLIS = 300;

  /** Whole lines of one pod, each octet a letter. */
  private record Lines(String pod, String text) {}

  @Override
  public void copyTo(OutputStream out, boolean follow) throws IOException, InterruptedException {
    if (follow) {
      follow(new Titled(out));
      return;
    }
    List<PodView> pods = pods();
    Titled titled = new Titled(out);
    for (PodView pod : pods) {
      OutputStream each = pods.size() > 1 ? titled.of(pod.name()) : out;
      copy(pod, each);
    }
    out.flush();
  }

  private void copy(PodView pod, OutputStream out) throws InterruptedException {
    PodLog log = new PodLog(cluster, pod.name());
    try {
      if (pod.restarts() > 0 && pod.running().isPresent()) {
        log.copy(PodLog.Run.BEFORE, out);
      }
      log.copy(PodLog.Run.NOW, out);
    } catch (IOException e) {
      // It goes at this moment, or its node does not answer: the others are worth reading.
      LOG.debug("The log of {}: {}", pod.name(), e.getMessage());
    }
  }

  private List<PodView> pods() {
    return cluster.podsOfService(service).stream()
        .map(PodView::new)
        .filter(PodView::hasRun)
        .toList();
  }

  @Override
  public Tail tail(int octets) throws IOException {
    LastOctets tail = new LastOctets(octets);
    try {
      copyTo(tail, false);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    return tail.toLogs(0);
  }

  /** One thread reads each container, and this one writes. */
  private void follow(Titled out) throws IOException, InterruptedException {
    BlockingQueue<Lines> lines = new ArrayBlockingQueue<>(AHEAD);
    Map<String, Thread> readers = new HashMap<>();
    try {
      while (true) {
        for (PodView pod : pods()) {
          String run = pod.name() + "/" + pod.restarts();
          if (!readers.containsKey(run)) {
            readers.put(run, Thread.startVirtualThread(() -> read(pod.name(), lines)));
          }
        }
        Lines next = lines.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        if (next != null) {
          (readers.size() > 1 ? out.of(next.pod()) : out.plain(next.pod()))
              .write(next.text().getBytes(StandardCharsets.ISO_8859_1));
          out.flush();
        } else if (cluster.record(service).isEmpty()
            && readers.values().stream().noneMatch(Thread::isAlive)) {
          return;
        }
      }
    } finally {
      readers.values().forEach(Thread::interrupt);
    }
  }

  private void read(String pod, BlockingQueue<Lines> lines) {
    try (InputStream in = new PodLog(cluster, pod).open(PodLog.Run.NOW, true)) {
      ByteArrayOutputStream begun = new ByteArrayOutputStream();
      byte[] buffer = new byte[8 << 10];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        int end = read;
        while (end > 0 && buffer[end - 1] != '\n') {
          end--;
        }
        begun.write(buffer, 0, end);
        if (end > 0 || begun.size() > LONGEST_LINE) {
          lines.put(new Lines(pod, begun.toString(StandardCharsets.ISO_8859_1)));
          begun.reset();
        }
        begun.write(buffer, end, read - end);
      }
      if (begun.size() > 0) {
        lines.put(new Lines(pod, begun.toString(StandardCharsets.ISO_8859_1)));
      }
    } catch (IOException e) {
      LOG.debug("The log of {} ended: {}", pod, e.getMessage());
    } catch (PlatformException e) {
      LOG.warn("{}", e.getMessage());
    } catch (InterruptedException _) {
      // Nobody follows it any more.
    }
  }

  /** Writes whose output it is before the first of it, when it was another's before. */
  private static final class Titled {
    private final OutputStream out;
    private @Nullable String last;

    Titled(OutputStream out) {
      this.out = out;
    }

    OutputStream plain(String pod) {
      last = pod;
      return out;
    }

    OutputStream of(String pod) throws IOException {
      if (!pod.equals(last)) {
        out.write(("==> " + pod + " <==\n").getBytes(StandardCharsets.UTF_8));
        last = pod;
      }
      return out;
    }

    void flush() throws IOException {
      out.flush();
    }
  }
}
