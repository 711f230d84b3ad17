package io.pipeforce.kubernetes;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.pipeforce.hub.platform.Logs;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * What a job has written. A kubelet forgets it with the pod, so a hub keeps it as well, in parts:
 * each of the same length but the last, in a ConfigMap of its own, whose name and content are the
 * same whichever hub makes it. When it is longer than is kept, the end is.
 *
 * @param cluster where
 * @param job its name
 */
record JobOutput(Cluster cluster, String job) implements Logs {
  static final int PART = 512 << 10;
  private static final int MOST_PARTS = 32;
  private static final String KEY = "gzip";
  private static final int BUFFER = 16 << 10;

  private Optional<JobView> view() {
    return cluster.job(job).map(each -> JobView.of(each, cluster.podsOfJob(job)));
  }

  /** Where the rest of it is, when not all of it is kept yet. */
  private Optional<PodLog> live(JobView view) {
    return view.output().isPresent()
        ? Optional.empty()
        : view.pods().stream()
            .filter(PodView::hasRun)
            .reduce((_, last) -> last)
            .map(pod -> new PodLog(cluster, pod.name()));
  }

  @Override
  public void copyTo(OutputStream out, boolean follow) throws IOException, InterruptedException {
    Optional<JobView> view = view();
    while (follow && view.isPresent() && isToCome(view.get())) {
      view = cluster.await(Duration.ofSeconds(5), () -> view().filter(now -> !isToCome(now)));
      view = view.or(this::view);
    }
    Optional<PodLog> live = view.flatMap(this::live);
    if (live.isPresent()) {
      try (InputStream in = live.get().open(PodLog.Run.NOW, follow)) {
        copy(in, out, follow);
      }
    } else {
      for (ConfigMap part : parts()) {
        out.write(content(part));
      }
    }
    out.flush();
  }

  /** Whether there is nothing to read yet, and there will be. */
  private boolean isToCome(JobView view) {
    return !view.hasEnded() && live(view).isEmpty();
  }

  private static void copy(InputStream in, OutputStream out, boolean flush) throws IOException {
    byte[] buffer = new byte[BUFFER];
    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
      out.write(buffer, 0, read);
      if (flush) {
        out.flush();
      }
    }
  }

  @Override
  public Tail tail(int octets) throws IOException {
    try {
      Optional<JobView> view = view();
      Optional<Long> whole = view.flatMap(JobView::output);
      LastOctets tail = new LastOctets(octets);
      if (whole.isEmpty()) {
        copyTo(tail, false);
        return tail.toLogs(0);
      }
      // From the end: the rest need not be read.
      List<ConfigMap> parts = parts();
      int from = parts.size();
      long read = 0;
      while (from > 0 && read < octets) {
        from--;
        read += content(parts.get(from)).length;
      }
      for (ConfigMap part : parts.subList(from, parts.size())) {
        tail.write(content(part));
      }
      return tail.toLogs(Math.max(0, whole.get() - read));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** How long all of it is, what is not kept any more included. */
  long length() {
    List<ConfigMap> parts = parts();
    long length = 0;
    for (int i = 0; i < parts.size(); i++) {
      String[] here = order(parts.get(i)).split(" ", 3);
      boolean last =
          i + 1 == parts.size() || !order(parts.get(i + 1)).startsWith(here[0] + " " + here[1]);
      if (last) {
        length += (long) Integer.parseInt(here[2]) * PART + content(parts.get(i)).length;
      }
    }
    return length;
  }

  /** What is kept, in its order. */
  private List<ConfigMap> parts() {
    Optional<String> uid = cluster.job(job).map(each -> each.getMetadata().getUid());
    return Cluster.call(
        "list the output of the job " + job,
        () ->
            cluster
                .client()
                .configMaps()
                .inNamespace(cluster.namespace())
                .withLabel(Labels.JOB, job)
                .list()
                .getItems()
                .stream()
                // Those of a job that this one has replaced may still be there.
                .filter(part -> uid.filter(each -> isOwned(part, each)).isPresent())
                .sorted(Comparator.comparing(JobOutput::order))
                .toList());
  }

  private static boolean isOwned(ConfigMap part, String uid) {
    return part.getMetadata().getOwnerReferences().stream()
        .anyMatch(owner -> owner.getUid().equals(uid));
  }

  private static String order(ConfigMap part) {
    return part.getMetadata().getAnnotations().getOrDefault(Labels.PART, "");
  }

  private static byte[] content(ConfigMap part) {
    byte[] packed = Base64.getDecoder().decode(part.getBinaryData().get(KEY));
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(Cluster.name(part) + " is damaged: " + e.getMessage(), e);
    }
  }

  /**
   * Keeps a part, unless it is kept already.
   *
   * @param owner the job, with which it goes
   * @param pod which has written it
   * @param number of the part, from 0
   */
  void keep(JobView owner, PodView pod, int number, byte[] content, int length) {
    try {
      cluster
          .client()
          .configMaps()
          .inNamespace(cluster.namespace())
          .resource(part(owner, pod, number, content, length))
          .create();
    } catch (KubernetesClientException e) {
      if (e.getCode() != 409) {
        throw e;
      }
    }
    if (number >= MOST_PARTS) {
      cluster
          .client()
          .configMaps()
          .inNamespace(cluster.namespace())
          .withName(name(pod, number - MOST_PARTS))
          .delete();
    }
  }

  private ConfigMap part(JobView owner, PodView pod, int number, byte[] content, int length) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(content, 0, length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withName(name(pod, number))
        .withLabels(owner.labels())
        .addToAnnotations(
            Labels.PART,
            "%s %s %05d"
                .formatted(pod.pod().getMetadata().getCreationTimestamp(), pod.name(), number))
        .addNewOwnerReference()
        .withApiVersion("batch/v1")
        .withKind("Job")
        .withName(owner.name())
        .withUid(owner.uid())
        .endOwnerReference()
        .endMetadata()
        .withImmutable(true)
        .addToBinaryData(KEY, Base64.getEncoder().encodeToString(packed.toByteArray()))
        .build();
  }

  private static String name(PodView pod, int number) {
    return "%s-output-%05d".formatted(pod.name(), number);
  }
}
