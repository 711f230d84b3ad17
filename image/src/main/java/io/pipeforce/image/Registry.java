package io.pipeforce.image;

import com.google.cloud.tools.jib.api.Credential;
import com.google.cloud.tools.jib.api.DescriptorDigest;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.api.RegistryUnauthorizedException;
import com.google.cloud.tools.jib.blob.Blobs;
import com.google.cloud.tools.jib.event.EventHandlers;
import com.google.cloud.tools.jib.http.FailoverHttpClient;
import com.google.cloud.tools.jib.http.ResponseException;
import com.google.cloud.tools.jib.image.json.BuildableManifestTemplate;
import com.google.cloud.tools.jib.image.json.ManifestListTemplate;
import com.google.cloud.tools.jib.image.json.ManifestTemplate;
import com.google.cloud.tools.jib.image.json.OciManifestTemplate;
import com.google.cloud.tools.jib.image.json.V22ManifestTemplate;
import com.google.cloud.tools.jib.json.JsonTemplateMapper;
import com.google.cloud.tools.jib.registry.ManifestAndDigest;
import com.google.cloud.tools.jib.registry.RegistryClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.DigestException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * One repository of a registry, by jib's client. Registries on this machine may speak plain HTTP,
 * all others must not.
 */
final class Registry implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final ImageName name;
  private final boolean anonymous;
  private final FailoverHttpClient http;
  private final RegistryClient client;

  private Registry(
      ImageName name, boolean anonymous, FailoverHttpClient http, RegistryClient client) {
    this.name = name;
    this.anonymous = anonymous;
    this.http = http;
    this.client = client;
  }

  /** Something to do with a registry. */
  private interface Work<T> {
    T run() throws IOException, RegistryException;
  }

  static Registry toPull(ImageName name, Optional<Credentials> credentials) throws ImageException {
    return toPull(name, credentials, name.isOnThisMachine());
  }

  /**
   * @param plain whether it may speak plain HTTP
   */
  static Registry toPull(ImageName name, Optional<Credentials> credentials, boolean plain)
      throws ImageException {
    return open(name, credentials, plain, false);
  }

  static Registry toPush(ImageName name, Optional<Credentials> credentials) throws ImageException {
    return open(name, credentials, name.isOnThisMachine(), true);
  }

  /** jib would try for a minute; without a network one wants to know at once. */
  private static void reach(String host, boolean plain) throws IOException {
    if (System.getProperty("https.proxyHost") != null) {
      return;
    }
    int colon = host.indexOf(':');
    List<Integer> ports =
        colon < 0
            ? (plain ? List.of(443, 80) : List.of(443))
            : List.of(Integer.parseInt(host.substring(colon + 1)));
    String name = colon < 0 ? host : host.substring(0, colon);
    InetAddress[] addresses = InetAddress.getAllByName(name);
    IOException problem = new ConnectException("no address");
    for (int port : ports) {
      for (InetAddress address : addresses) {
        try (Socket socket = new Socket()) {
          socket.connect(new InetSocketAddress(address, port), (int) PATIENCE.toMillis());
          if (!plain) {
            handshake(socket, name, port);
          }
          return;
        } catch (ImageException e) {
          throw e;
        } catch (IOException e) {
          problem = e;
        }
      }
    }
    throw problem;
  }

  private static void handshake(Socket socket, String name, int port) throws ImageException {
    try {
      socket.setSoTimeout((int) PATIENCE.multipliedBy(2).toMillis());
      SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
      try (SSLSocket secure = (SSLSocket) factory.createSocket(socket, name, port, true)) {
        secure.startHandshake();
      }
    } catch (IOException e) {
      throw new ImageException(
          "the registry "
              + name
              + ":"
              + port
              + " does not speak HTTPS that this machine trusts ("
              + firstLine(e)
              + "); only those on localhost may speak plain HTTP",
          e);
    }
  }

  /** Docker Hub answers elsewhere than its name says. */
  static String host(ImageName name) {
    return name.registry().equals("docker.io") ? "registry-1.docker.io" : name.registry();
  }

  private static Registry open(
      ImageName name, Optional<Credentials> credentials, boolean plain, boolean push)
      throws ImageException {
    FailoverHttpClient http = new FailoverHttpClient(plain, plain, _ -> {});
    RegistryClient.Factory factory =
        RegistryClient.factory(EventHandlers.NONE, host(name), name.repository(), http);
    factory.setUserAgent("pipeforce");
    credentials.ifPresent(
        one -> factory.setCredential(Credential.from(one.user(), one.password())));
    RegistryClient client = factory.newRegistryClient();
    Registry registry = new Registry(name, credentials.isEmpty(), http, client);
    registry.ask(() -> {
      reach(host(name), plain);
      boolean bearer = push ? client.doPushBearerAuth() : client.doPullBearerAuth();
      if (!bearer && credentials.isPresent()) {
        client.configureBasicAuth();
      }
      return bearer;
    });
    return registry;
  }

  /** Of what the name stands for. */
  String digest() throws ImageException {
    return ask(() -> client.pullManifest(name.qualifier()).getDigest().toString());
  }

  /** A small part, such as the configuration. */
  byte[] bytes(Manifest.Part part) throws ImageException {
    return ask(() -> {
      ByteArrayOutputStream content = new ByteArrayOutputStream();
      client.pullBlob(descriptor(part.digest()), _ -> {}, _ -> {}).writeTo(content);
      return content.toByteArray();
    });
  }

  /** The manifest for machines like this one. */
  Manifest manifest() throws ImageException {
    return ask(() -> {
      ManifestTemplate manifest = manifest(name.qualifier());
      if (manifest instanceof ManifestListTemplate platforms) {
        List<String> digests =
            platforms.getDigestsForPlatform(Architecture.ofThisMachine(), "linux");
        if (digests.isEmpty()) {
          throw new ImageException(
              name
                  + " is there, but not for linux/"
                  + Architecture.ofThisMachine()
                  + "; use another one");
        }
        manifest = manifest(digests.getFirst());
      }
      if (manifest instanceof BuildableManifestTemplate readable) {
        return Manifest.read(JsonTemplateMapper.toByteArray(readable));
      }
      throw new ImageException(
          name + " has a manifest of the old schema 1; push it again with a newer Docker");
    });
  }

  /** Of what a digest names, the registry is not believed. */
  private ManifestTemplate manifest(String qualifier) throws IOException, RegistryException {
    ManifestAndDigest<ManifestTemplate> answer = client.pullManifest(qualifier);
    if (qualifier.startsWith("sha256:") && !answer.getDigest().toString().equals(qualifier)) {
      throw new ImageException(
          name
              + " came with another digest, "
              + answer.getDigest()
              + "; do not trust this registry");
    }
    return answer.getManifest();
  }

  /** Gets a part into the layout, unless it is there. */
  void get(Manifest.Part part, Layout layout, Progress progress) throws ImageException {
    if (layout.has(part.digest())) {
      progress.add(part.size());
      return;
    }
    ask(() -> {
      layout.put(
          part.digest(),
          out -> client.pullBlob(descriptor(part.digest()), _ -> {}, progress::add).writeTo(out));
      return part;
    });
  }

  /** Sends a part of the layout, unless it is there. */
  void put(Manifest.Part part, Layout layout, Progress progress) throws ImageException {
    ask(() -> {
      DescriptorDigest digest = descriptor(part.digest());
      if (client.checkBlob(digest).isPresent()) {
        progress.add(part.size());
      } else {
        client.pushBlob(digest, Blobs.from(layout.blob(part.digest())), null, progress::add);
      }
      return part;
    });
  }

  /** Sends the manifest last, when all that it names is there. */
  void put(Manifest manifest) throws ImageException {
    ask(() -> client.pushManifest(template(manifest), name.tag()));
  }

  /** jib writes it with the same bytes as we do, or the digest would be another. */
  static BuildableManifestTemplate template(Manifest manifest) throws IOException {
    return manifest.mediaType().equals(Manifest.DOCKER)
        ? JsonTemplateMapper.readJson(manifest.toBytes(), V22ManifestTemplate.class)
        : JsonTemplateMapper.readJson(manifest.toBytes(), OciManifestTemplate.class);
  }

  private static DescriptorDigest descriptor(Digest digest) {
    try {
      return DescriptorDigest.fromHash(digest.hex());
    } catch (DigestException e) {
      throw new IllegalStateException("a digest that was checked", e);
    }
  }

  /** Tells what went wrong, in words of somebody who wants an image. */
  private <T> T ask(Work<T> work) throws ImageException {
    try {
      return work.run();
    } catch (ImageException e) {
      throw e;
    } catch (RegistryUnauthorizedException e) {
      throw new ImageException(
          name.registry()
              + (anonymous ? " asks for a password for " : " refuses the password for ")
              + name.repository()
              + "; log in with: docker login "
              + name.registry()
              + " (or podman login --authfile ~/.docker/config.json)",
          e);
    } catch (RegistryException e) {
      throw new ImageException(
          isAbsent(e)
              ? name
                  + " is not in its registry; push it there with pi image push, or is the name wrong?"
              : name + ": " + firstLine(e),
          e);
    } catch (IOException e) {
      throw new ImageException(
          "the registry "
              + name.registry()
              + " cannot be reached ("
              + e.getClass().getSimpleName()
              + ": "
              + firstLine(e)
              + "); is the name right, and the network there?",
          e);
    }
  }

  private static boolean isAbsent(RegistryException e) {
    return e.getCause() instanceof ResponseException answer && answer.getStatusCode() == 404;
  }

  private static String firstLine(Throwable e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  @Override
  public void close() {
    try {
      http.shutDown();
    } catch (IOException e) {
      // The answer is there already.
    }
  }
}
