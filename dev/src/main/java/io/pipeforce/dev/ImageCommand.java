package io.pipeforce.dev;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code pi image}: what one does with images. */
@Command(
    name = "image",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {ImageBuildCommand.class, ImageListCommand.class, ImagePushCommand.class},
    description = {
      "Makes the image of a service and sends it to a registry, without Docker.",
      "Images are kept in $XDG_DATA_HOME/pipeforce/images (~/.local/share/…), from where",
      "the hub on this machine runs them."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  pi image build                             the service in this folder",
      "  pi image list",
      "  PIPEFORCE_REGISTRY=localhost:5000 pi image push pipeforce-registry/shop"
    })
final class ImageCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "say what: build, list or push");
  }
}
