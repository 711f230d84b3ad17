package io.pipeforce.dev;

import io.pipeforce.cli.CommandFailedException;
import io.pipeforce.cli.ExitCode;
import io.pipeforce.image.Credentials;
import io.pipeforce.image.ImageException;
import io.pipeforce.image.ImageName;
import io.pipeforce.image.ImageStore;
import io.pipeforce.image.StoredImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code pi image build}: the image of the service in a folder. */
@Command(
    name = "build",
    mixinStandardHelpOptions = true,
    description = {
      "Builds the service in DIR with Maven, without running its tests, and makes its",
      "image, without Docker. The same sources give the same image. Prints its name and",
      "digest. With --hub, the image of the hub, for a cluster."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  pi image build",
      "  pi image build --name localhost:5000/shop:1.0",
      "  pi image build --base registry.example.org/java:25",
      "  pi image build --hub",
      "",
      "Without a network, an image without a base is made (and said so): the hub on this",
      "machine runs it with this machine's JDK, but it cannot be pushed.",
      "",
      "Exit codes: 0 made, 1 the build failed or the base of --base cannot be had, 2 there",
      "is no service here or a name is wrong, 3 no Maven."
    })
final class ImageBuildCommand implements Callable<Integer> {
  private static final String USUAL_BASE = "eclipse-temurin:25-jre";

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "DIR",
      description = "Folder of the service. Default: the current one.")
  private @Nullable Path folder;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = {
        "Name of the image. Default: pipeforce-registry/ and the artifactId,",
        "or pipeforce-registry/hub."
      })
  private @Nullable String name;

  @Option(
      names = "--base",
      paramLabel = "IMAGE",
      description = "Image with a Java 25, for linux. Default: " + USUAL_BASE + ".")
  private @Nullable String base;

  @Option(
      names = "--hub",
      description = "Make the image of the hub, of this pi itself, and not one of a service.")
  private boolean hub;

  private final Map<String, String> environment = System.getenv();
  private final ImageStore store = ImageStore.ofUser(environment);

  @Override
  public Integer call() throws IOException, InterruptedException {
    StoredImage made = hub ? hub() : service();
    spec.commandLine().getOut().println(made.name() + " " + made.digest());
    return ExitCode.DONE.code();
  }

  private StoredImage hub() throws IOException {
    if (folder != null) {
      throw new ParameterException(
          spec.commandLine(),
          "the image of the hub is made of this pi and of no folder; leave out " + folder);
    }
    HubImage ours = HubImage.ofThisPi();
    ImageName image = name(name == null ? ImageName.OUR_REGISTRY + "/hub" : name);
    ImageName below = name(base == null ? USUAL_BASE : base);
    try {
      Optional<StoredImage> found = base(below);
      tell("writing " + image + " …");
      return store.build(image, found, ours.layers(), ours.config(), ServiceImage.USER);
    } catch (ImageException e) {
      throw new CommandFailedException(ExitCode.FAILED, String.valueOf(e.getMessage()), e);
    }
  }

  private StoredImage service() throws IOException, InterruptedException {
    ServiceProject project = ServiceProject.in(folder == null ? Path.of("") : folder);
    ImageName image = name(name == null ? ImageName.OUR_REGISTRY + "/" + project.name() : name);
    ImageName below = name(base == null ? USUAL_BASE : base);
    tell("building " + project.name() + " with Maven …");
    Maven.run(
        project.folder(),
        "the build of " + project.folder() + " failed",
        List.of("package", "-DskipTests"));
    return build(new ServiceImage(project.folder(), jar(project)), image, below);
  }

  private static Path jar(ServiceProject project) {
    Path jar = project.folder().resolve("target").resolve(project.name() + ".jar");
    if (!Files.isRegularFile(jar)) {
      throw new CommandFailedException(
          ExitCode.FAILED, jar + " was not built; its pom.xml must leave finalName to the parent");
    }
    return jar;
  }

  private StoredImage build(ServiceImage service, ImageName image, ImageName below)
      throws IOException, InterruptedException {
    try {
      Optional<StoredImage> found = base(below);
      Map<String, Path> cache = startCache(service, found);
      tell("writing " + image + " …");
      return store.build(image, found, service.layers(cache), service.config(), ServiceImage.USER);
    } catch (ImageException e) {
      throw new CommandFailedException(ExitCode.FAILED, String.valueOf(e.getMessage()), e);
    }
  }

  /** From its registry; without a network, the one that was pulled before; else none. */
  private Optional<StoredImage> base(ImageName below) throws IOException {
    try {
      return Optional.of(store.pull(below, Credentials.ofUser(below, environment), this::tell));
    } catch (ImageException e) {
      Optional<StoredImage> before = store.find(below);
      if (before.isPresent()) {
        tell("pi: " + e.getMessage());
        tell("pi: using " + below + " as it was pulled before, " + before.get().created());
        return before;
      }
      if (base != null) {
        throw e;
      }
      tell("pi: warning: " + e.getMessage());
      tell(
          "pi: warning: the image gets no base: the hub on this machine runs it with "
              + System.getProperty("java.home")
              + ", and it cannot be pushed. Build it again with a network, or name another base"
              + " with --base.");
      return Optional.empty();
    }
  }

  private Map<String, Path> startCache(ServiceImage service, Optional<StoredImage> below)
      throws IOException, InterruptedException {
    try {
      Path java = Path.of(System.getProperty("java.home", ""));
      if (below.isPresent()) {
        Path root = store.unpack(below.get());
        String home = below.get().config().environment().getOrDefault("JAVA_HOME", "/usr");
        java = root.resolve(home.substring(1)).toRealPath();
      }
      return new ImageStartCache(environment).of(java, service.libraries());
    } catch (ImageException e) {
      throw e;
    } catch (IOException e) {
      tell("pi: warning: the image gets no AOT cache and starts more slowly: " + e.getMessage());
      return Map.of();
    }
  }

  private ImageName name(String text) {
    try {
      return ImageName.parse(text, environment);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private void tell(String line) {
    spec.commandLine().getErr().println(line);
  }
}
