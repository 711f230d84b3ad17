package io.pipeforce.kubernetes;

import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.pipeforce.hub.platform.PlatformException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the container of a pod has written, as the kubelet keeps it.
 *
 * @param cluster where
 * @param pod its name
 */
record PodLog(Cluster cluster, String pod) {
  private static final int BUFFER = 16 << 10;
  private static final int FORBIDDEN = 403;
  private static final int MOST_OF_A_REASON = 4_000;

  /** Whose output it is. */
  enum Run {
    /** Of the container that runs, or else of the last one. */
    NOW,
    /** Of the one before. */
    BEFORE
  }

  /**
   * Opens it; whoever calls closes it.
   *
   * @param follow whether it goes on until the container ends
   * @throws IOException when the kubelet does not give it
   * @throws PlatformException when we may not have it
   */
  InputStream open(Run run, boolean follow) throws IOException, InterruptedException {
    HttpClient http = cluster.client().getHttpClient();
    URI uri =
        URI.create(cluster.client().getConfiguration().getMasterUrl())
            .resolve(
                "api/v1/namespaces/%s/pods/%s/log?container=%s&follow=%b&previous=%b"
                    .formatted(
                        cluster.namespace(),
                        pod,
                        PodTemplate.CONTAINER,
                        follow,
                        run == Run.BEFORE));
    HttpResponse<InputStream> response =
        get(http.sendAsync(http.newHttpRequestBuilder().uri(uri).build(), InputStream.class));
    if (!response.isSuccessful()) {
      try (InputStream body = response.body()) {
        String problem =
            "the log of %s cannot be read: %s".formatted(pod, reason(response.code(), body));
        if (response.code() == FORBIDDEN) {
          throw new PlatformException(problem);
        }
        throw new IOException(problem);
      }
    }
    return new KubeletOutput(response.body());
  }

  private static String reason(int code, InputStream body) throws IOException {
    String text = new String(body.readNBytes(MOST_OF_A_REASON), StandardCharsets.UTF_8);
    try {
      return JsonMapper.shared().readTree(text).path("message").asString(text);
    } catch (JacksonException _) {
      return code + " " + text;
    }
  }

  private static <T> T get(Future<T> future) throws IOException, InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw new IOException("the cluster does not answer: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      future.cancel(true);
      throw e;
    }
  }

  /** Copies all that is there. */
  void copy(Run run, OutputStream out) throws IOException, InterruptedException {
    try (InputStream in = open(run, false)) {
      byte[] buffer = new byte[BUFFER];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        out.write(buffer, 0, read);
      }
    }
  }

  /** The last octets of it; what is wrong when there is none. */
  String tail(Run run, int octets) throws InterruptedException {
    LastOctets tail = new LastOctets(octets);
    try {
      copy(run, tail);
      return tail.text().strip();
    } catch (IOException e) {
      return "(" + e.getMessage() + ")";
    }
  }
}
