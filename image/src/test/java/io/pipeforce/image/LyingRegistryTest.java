package io.pipeforce.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A registry that answers something else than what was asked for; no real one does that. */
class LyingRegistryTest {
  private static final int TLS = 0x16;
  private static final String INDEX = "application/vnd.oci.image.index.v1+json";

  @TempDir private Path folder;
  private ServerSocket server;
  private final Map<String, String> answers = new ConcurrentHashMap<>(Map.of("/v2/", "{}"));

  @BeforeEach
  void listen() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofPlatform().daemon().start(this::serve);
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private void serve() {
    while (!server.isClosed()) {
      try (Socket socket = server.accept()) {
        answer(socket);
      } catch (IOException e) {
        // The test has ended, or the client has hung up.
      }
    }
  }

  private void answer(Socket socket) throws IOException {
    PushbackInputStream in = new PushbackInputStream(socket.getInputStream());
    int first = in.read();
    if (first < 0 || first == TLS) {
      return;
    }
    in.unread(first);
    BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII));
    String path = lines.readLine().split(" ", -1)[1];
    for (String line = lines.readLine(); line != null && !line.isEmpty(); ) {
      line = lines.readLine();
    }
    String body = answers.get(path);
    String head =
        (body == null ? "HTTP/1.1 404 Not Found" : "HTTP/1.1 200 OK")
            + "\r\nConnection: close\r\nContent-Type: "
            + (body != null && body.contains(INDEX) ? INDEX : Manifest.OCI)
            + "\r\nContent-Length: "
            + (body == null ? 0 : body.length())
            + "\r\n\r\n";
    OutputStream out = socket.getOutputStream();
    out.write((head + (body == null ? "" : body)).getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  private ImageStore store() {
    return ImageStore.in(folder);
  }

  private StoredImage pull(String qualifier) throws IOException {
    String name = "127.0.0.1:" + server.getLocalPort() + "/shop" + qualifier;
    return store().pull(ImageName.parse(name), Optional.empty(), _ -> {});
  }

  private static String manifest(Digest config) {
    return "{\"schemaVersion\":2,\"config\":{\"mediaType\":\""
        + Manifest.OCI_CONFIG
        + "\",\"digest\":\""
        + config
        + "\",\"size\":2},\"layers\":[]}";
  }

  private static Digest digest(String text) {
    return Digest.of(text.getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void an_honest_answer_is_kept() throws IOException {
    String manifest = manifest(digest("{}"));
    answers.put("/v2/shop/manifests/" + digest(manifest), manifest);
    answers.put("/v2/shop/blobs/" + digest("{}"), "{}");

    StoredImage image = pull("@" + digest(manifest));

    assertThat(image.config().workingDirectory()).isEqualTo("/");
    assertThat(store().find(image.name())).contains(image);
  }

  /** As Docker Hub answers: one manifest for each kind of machine, and what attests them. */
  @Test
  void of_an_image_for_many_machines_the_one_for_this_machine_is_taken() throws IOException {
    String config = "{\"config\":{\"WorkingDir\":\"/mine\"}}";
    String mine = manifest(digest(config));
    String other = manifest(digest("{}"));
    answers.put(
        "/v2/shop/manifests/latest",
        "{\"schemaVersion\":2,\"mediaType\":\""
            + INDEX
            + "\",\"manifests\":["
            + listed(other, "s390x", "linux")
            + ","
            + listed(other, "unknown", "unknown")
            + ","
            + listed(mine, Architecture.ofThisMachine(), "linux")
            + "]}");
    answers.put("/v2/shop/manifests/" + digest(mine), mine);
    answers.put("/v2/shop/blobs/" + digest(config), config);

    assertThat(pull("").config().workingDirectory()).isEqualTo("/mine");

    answers.put(
        "/v2/shop/manifests/latest",
        "{\"schemaVersion\":2,\"mediaType\":\""
            + INDEX
            + "\",\"manifests\":["
            + listed(other, "s390x", "linux")
            + "]}");
    assertThatThrownBy(() -> pull(""))
        .hasMessageContaining("is there, but not for linux/" + Architecture.ofThisMachine());
  }

  private static String listed(String manifest, String architecture, String system) {
    return "{\"mediaType\":\""
        + Manifest.OCI
        + "\",\"digest\":\""
        + digest(manifest)
        + "\",\"size\":"
        + manifest.length()
        + ",\"annotations\":{\"a\":\"b\"},\"platform\":{\"architecture\":\""
        + architecture
        + "\",\"os\":\""
        + system
        + "\"}}";
  }

  @Test
  void another_manifest_than_the_one_of_the_digest_is_refused() throws IOException {
    Digest asked = digest("another one");
    answers.put("/v2/shop/manifests/" + asked, manifest(digest("{}")));
    answers.put("/v2/shop/blobs/" + digest("{}"), "{}");

    assertThatThrownBy(() -> pull("@" + asked))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("digest");
    assertThat(store().list()).isEmpty();
  }

  @Test
  void other_content_than_the_manifest_names_is_refused() throws IOException {
    answers.put("/v2/shop/manifests/latest", manifest(digest("{}")));
    answers.put("/v2/shop/blobs/" + digest("{}"), "[]");

    assertThatThrownBy(() -> pull("")).isInstanceOf(ImageException.class);
    assertThat(store().list()).isEmpty();
    assertThat(store().layout().has(digest("{}"))).isFalse();
  }

  @Test
  void what_is_no_manifest_is_told() throws IOException {
    for (String nonsense : new String[] {"", "{}", "[]", "{\"schemaVersion\":2}", "\u0000"}) {
      answers.put("/v2/shop/manifests/latest", nonsense);

      assertThatThrownBy(() -> pull("")).as(nonsense).isInstanceOf(IOException.class);
    }
    assertThat(store().list()).isEmpty();
  }
}
