package io.pipeforce.dev;

import io.pipeforce.cli.CommandFailedException;
import io.pipeforce.cli.ExitCode;
import io.pipeforce.image.Credentials;
import io.pipeforce.image.ImageException;
import io.pipeforce.image.ImageName;
import io.pipeforce.image.ImageStore;
import io.pipeforce.image.StoredImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code pi image push}: sends an image to its registry. */
@Command(
    name = "push",
    mixinStandardHelpOptions = true,
    description = {
      "Sends an image of this machine to the registry that its name says, and of it only",
      "what is not there yet. pipeforce-registry/ is replaced by PIPEFORCE_REGISTRY.",
      "Prints the name and the digest."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  pi image push localhost:5000/shop:1.0",
      "  PIPEFORCE_REGISTRY=localhost:5000 pi image push pipeforce-registry/shop",
      "",
      "Who may push: whom docker login (or podman login) has let in, as",
      "~/.docker/config.json says. Only registries on localhost may speak plain HTTP.",
      "",
      "Exit codes: 0 pushed, 1 the registry refused or the image has no base, 2 there is no",
      "such image, 3 no registry is named."
    })
final class ImagePushCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Parameters(paramLabel = "NAME", description = "Name of the image, as pi image list shows it.")
  private String name = "";

  private final Map<String, String> environment = System.getenv();

  @Override
  public Integer call() throws IOException {
    ImageStore store = ImageStore.ofUser(environment);
    ImageName given = parse();
    ImageName to = given.expanded(environment);
    // It may have been built before the registry was named.
    Optional<StoredImage> found = store.find(to).or(() -> find(store, given));
    StoredImage image =
        found.orElseThrow(() ->
            new ParameterException(
                spec.commandLine(),
                "there is no image " + to + " on this machine; see pi image list"));
    if (to.isLocal()) {
      throw new CommandFailedException(
          ExitCode.MISSING,
          "no registry is named for "
              + to
              + "; set PIPEFORCE_REGISTRY to the one of your namespace, such as localhost:5000");
    }
    try {
      store.push(image, to, Credentials.ofUser(to, environment), this::tell);
    } catch (ImageException e) {
      throw new CommandFailedException(ExitCode.FAILED, String.valueOf(e.getMessage()), e);
    }
    spec.commandLine().getOut().println(to + " " + image.digest());
    return ExitCode.DONE.code();
  }

  private static Optional<StoredImage> find(ImageStore store, ImageName name) {
    try {
      return store.find(name);
    } catch (IOException e) {
      throw new UncheckedIOException("the images cannot be read", e);
    }
  }

  private ImageName parse() {
    try {
      return ImageName.parse(name);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private void tell(String line) {
    spec.commandLine().getErr().println(line);
  }
}
