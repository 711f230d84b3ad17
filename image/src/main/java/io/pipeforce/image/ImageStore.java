package io.pipeforce.image;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/**
 * The images of a user on this machine: an OCI image layout in a folder, so that {@code skopeo} and
 * {@code podman} read it too ({@code podman pull oci:FOLDER:NAME}), and beside it what was
 * unpacked. Several threads and processes may use the same folder.
 *
 * <pre>{@code
 * ImageStore store = ImageStore.ofUser(System.getenv());
 * StoredImage image = store.find(ImageName.parse("pipeforce-registry/shop")).orElseThrow();
 * Path root = store.unpack(image);
 * }</pre>
 */
public final class ImageStore {
  private static final String PREFIX = ".unpacking-";

  private final Layout layout;

  private ImageStore(Path folder) {
    this.layout = new Layout(folder);
  }

  /**
   * The store in the user's data folder: {@code $XDG_DATA_HOME/pipeforce/images}, or {@code
   * ~/.local/share/pipeforce/images}.
   *
   * @param environment of the process
   */
  public static ImageStore ofUser(Map<String, String> environment) {
    String data = environment.getOrDefault("XDG_DATA_HOME", "");
    Path folder =
        data.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".local", "share")
            : Path.of(data);
    return in(folder.resolve("pipeforce").resolve("images"));
  }

  /** The store in this folder, which is made when something is put into it. */
  public static ImageStore in(Path folder) {
    return new ImageStore(folder);
  }

  Layout layout() {
    return layout;
  }

  /**
   * The image of this name; when the name has a digest, only that one.
   *
   * @throws IOException when the store cannot be read
   */
  public Optional<StoredImage> find(ImageName name) throws IOException {
    for (Layout.Entry entry : layout.entries()) {
      if (matches(name, entry)) {
        return Optional.of(read(entry));
      }
    }
    return Optional.empty();
  }

  private static boolean matches(ImageName name, Layout.Entry entry) {
    String tagged = withoutDigest(name).toString();
    return name.digest()
        .map(digest ->
            digest.equals(entry.digest().toString()) || entry.name().equals(name.toString()))
        .orElseGet(() -> entry.name().equals(tagged));
  }

  private static ImageName withoutDigest(ImageName name) {
    return new ImageName(name.registry(), name.repository(), name.tag(), Optional.empty());
  }

  /**
   * All images, in the order in which they came.
   *
   * @throws IOException when the store cannot be read
   */
  public List<StoredImage> list() throws IOException {
    List<StoredImage> images = new ArrayList<>();
    for (Layout.Entry entry : layout.entries()) {
      images.add(read(entry));
    }
    return images;
  }

  private StoredImage read(Layout.Entry entry) throws IOException {
    Manifest manifest = Manifest.read(layout.read(entry.digest()));
    JsonNode config = Manifest.parse(layout.read(manifest.config().digest()));
    Instant created = Manifest.instant(config.path("created"));
    return new StoredImage(
        ImageName.parse(entry.name()),
        entry.digest().toString(),
        // What is reproducible does not tell when it was made.
        created.isAfter(Instant.EPOCH) ? created : entry.since(),
        manifest.size(),
        Manifest.configOf(config));
  }

  /**
   * Gets an image from its registry; of one that is here already, only what has changed. Registries
   * on {@code localhost} and {@code 127.0.0.1} may speak plain HTTP.
   *
   * @param progress gets a line now and then, when it takes more than two seconds
   * @throws ImageException when the registry cannot be reached, does not know the image, or wants
   *     other credentials
   * @throws IOException when the store cannot be written
   */
  public StoredImage pull(
      ImageName name, Optional<Credentials> credentials, Consumer<String> progress)
      throws IOException {
    refuseLocal(name, "pulled");
    try (Registry registry = Registry.toPull(name, credentials)) {
      Manifest manifest = registry.manifest();
      Progress told = new Progress("pulling " + name, manifest.size(), progress);
      registry.get(manifest.config(), layout, told);
      for (Manifest.Part layer : manifest.layers()) {
        registry.get(layer, layout, told);
      }
      return keep(name, manifest);
    }
  }

  /**
   * Sends an image of the store to a registry; of what is there already, nothing.
   *
   * @param image from {@link #find} or {@link #list}
   * @param to the name it gets there
   * @param progress gets a line now and then, when it takes more than two seconds
   * @throws ImageException when the registry cannot be reached or wants other credentials, or when
   *     the image has no base, so that nobody else could run it
   * @throws IOException when the store cannot be read
   */
  public void push(
      StoredImage image, ImageName to, Optional<Credentials> credentials, Consumer<String> progress)
      throws IOException {
    refuseLocal(to, "pushed");
    if (!image.config().hasBase()) {
      throw new ImageException(
          image.name()
              + " has no base, only the JDK of this machine runs it; build it again where the base"
              + " image can be fetched");
    }
    Manifest manifest = Manifest.read(layout.read(Digest.parse(image.digest())));
    try (Registry registry = Registry.toPush(to, credentials)) {
      Progress told = new Progress("pushing " + to, manifest.size(), progress);
      for (Manifest.Part layer : manifest.layers()) {
        registry.put(layer, layout, told);
      }
      registry.put(manifest.config(), layout, told);
      registry.put(manifest);
    }
  }

  /**
   * Makes an image. The same base, layers and configuration give the same digest, whenever and
   * wherever; a time is in none of them.
   *
   * @param base what the layers go on top of, or nothing, for an image that runs on this machine
   *     only, see {@link ImageConfig#hasBase}
   * @param layers from the lowest, which changes seldom, to the highest
   * @param config how to run it; environment and labels are added to those of the base, and an
   *     empty entrypoint keeps the one of the base
   * @param user number of the user who runs it and to whom its files belong
   * @throws IOException when a file cannot be read or the store not be written
   */
  public StoredImage build(
      ImageName name,
      Optional<StoredImage> base,
      List<ImageLayer> layers,
      ImageConfig config,
      int user)
      throws IOException {
    Optional<Manifest> below = Optional.empty();
    if (base.isPresent()) {
      below = Optional.of(Manifest.read(layout.read(Digest.parse(base.get().digest()))));
    } else {
      config = config.withLabel(ImageConfig.BASE, "none");
    }
    return keep(name, new Assembly(layout).make(below, layers, config, Integer.toString(user)));
  }

  private static void refuseLocal(ImageName name, String done) throws ImageException {
    if (name.isLocal()) {
      throw new ImageException(
          name
              + " cannot be "
              + done
              + ": no registry is known; set PIPEFORCE_REGISTRY to the one of your namespace, such"
              + " as localhost:5000");
    }
  }

  /** Lets the name stand for an image whose parts are all in the layout. */
  StoredImage keep(ImageName name, Manifest manifest) throws IOException {
    byte[] bytes = manifest.toBytes();
    Layout.Entry entry =
        new Layout.Entry(
            name.toString(),
            manifest.mediaType(),
            layout.put(bytes),
            bytes.length,
            Instant.now().truncatedTo(ChronoUnit.SECONDS));
    layout.name(entry);
    return read(entry);
  }

  /**
   * The file system of an image as a folder; unpacked the first time, which takes a moment and the
   * space. Other images of the same digest share it, so it must not be changed. Owners are not
   * kept; links stay inside the folder.
   *
   * @return the folder that is {@code /} for the image
   * @throws ImageException when a layer is broken, or tries to write outside the folder
   * @throws IOException when the folder cannot be written
   */
  public Path unpack(StoredImage image) throws IOException {
    Digest digest = Digest.parse(image.digest());
    Path folders = layout.folder().resolve("unpacked");
    Path folder = unpacked(digest);
    if (Files.isDirectory(folder)) {
      return folder;
    }
    Files.createDirectories(folders);
    return layout.locked(
        "unpack.lock",
        () -> {
          if (!Files.isDirectory(folder)) {
            deleteLeftovers(folders);
            // Nobody else may reach into it: the rights of a temporary folder are the user's alone.
            Path fresh = Files.createTempDirectory(folders, PREFIX);
            unpack(Manifest.read(layout.read(digest)), fresh);
            Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.move(fresh, folder, StandardCopyOption.ATOMIC_MOVE);
          }
          return folder;
        });
  }

  private void unpack(Manifest manifest, Path folder) throws IOException {
    try {
      Unpacking unpacking = new Unpacking(folder);
      Optional<Manifest> base = unpackedBase(manifest);
      if (base.isPresent()) {
        unpacking.share(unpacked(Digest.of(base.get().toBytes())));
      }
      int shared = base.map(one -> one.layers().size()).orElse(0);
      for (Manifest.Part layer : manifest.layers().subList(shared, manifest.layers().size())) {
        unpacking.apply(layer.mediaType(), layout.blob(layer.digest()));
      }
    } catch (IOException | RuntimeException e) {
      RootFolder.deleteTree(folder);
      throw e;
    }
  }

  /** The unpacked image that has the most of the lower layers, and no other ones. */
  private Optional<Manifest> unpackedBase(Manifest of) throws IOException {
    List<Digest> layers = digests(of);
    Optional<Manifest> best = Optional.empty();
    for (Layout.Entry entry : layout.entries()) {
      Manifest one = Manifest.read(layout.read(entry.digest()));
      int count = one.layers().size();
      if (count > best.map(other -> other.layers().size()).orElse(0)
          && count <= layers.size()
          && digests(one).equals(layers.subList(0, count))
          && Files.isDirectory(unpacked(entry.digest()))) {
        best = Optional.of(one);
      }
    }
    return best;
  }

  private static List<Digest> digests(Manifest manifest) {
    return manifest.layers().stream().map(Manifest.Part::digest).toList();
  }

  private Path unpacked(Digest digest) {
    return layout.folder().resolve("unpacked").resolve(digest.hex());
  }

  /** Of a process that was killed; while we hold the lock, nobody else unpacks. */
  private static void deleteLeftovers(Path folders) throws IOException {
    List<Path> leftovers = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folders, PREFIX + "*")) {
      files.forEach(leftovers::add);
    }
    for (Path leftover : leftovers) {
      RootFolder.deleteTree(leftover);
    }
  }
}
