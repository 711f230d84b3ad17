package io.pipeforce.dev;

import io.pipeforce.cli.ExitCode;
import io.pipeforce.image.ImageStore;
import io.pipeforce.image.StoredImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code pi image list}: the images on this machine. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    description = "Lists the images on this machine: those that were built here and their bases.",
    footerHeading = "%n",
    footer = "Exit codes: 0 listed, 1 the store cannot be read, 2 wrong usage.")
final class ImageListCommand implements Callable<Integer> {
  private static final int DIGEST_SHOWN = 19;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Option(names = "--json", description = "Print one JSON array.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    List<StoredImage> images = ImageStore.ofUser(System.getenv()).list();
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(
          images.stream().map(ImageListCommand::json).collect(Collectors.joining(",", "[", "]")));
      return ExitCode.DONE.code();
    }
    int width = images.stream().mapToInt(one -> one.name().toString().length()).max().orElse(4);
    String line = "%-" + Math.max(4, width) + "s  %-" + DIGEST_SHOWN + "s  %8s  %s%n";
    out.printf(line, "NAME", "DIGEST", "SIZE", "CREATED");
    for (StoredImage image : images) {
      out.printf(
          line,
          image.name(),
          image.digest().substring(0, DIGEST_SHOWN),
          String.format(Locale.ROOT, "%.1f MB", image.size() / 1e6),
          image.created());
    }
    return ExitCode.DONE.code();
  }

  /** Nothing in it can need an escape: names and digests have been checked. */
  private static String json(StoredImage image) {
    return "{\"name\":\""
        + image.name()
        + "\",\"digest\":\""
        + image.digest()
        + "\",\"size\":"
        + image.size()
        + ",\"created\":\""
        + image.created()
        + "\",\"base\":"
        + image.config().hasBase()
        + "}";
  }
}
