package io.pipeforce.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code pi pipeline}: a pipeline of the hub. */
@Command(
    name = "pipeline",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Runs a pipeline on the hub and prints what its last command answers.",
      "All of it is checked before anything runs; mistakes are told with their place."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  pi pipeline deploy.yaml",
      "  cat deploy.yaml | pi pipeline -",
      "",
      "Which hub: that of --profile; else the one that PIPEFORCE_HUB_URL and",
      "PIPEFORCE_SECRET name; else that of PIPEFORCE_PROFILE; else that of the running",
      "pi dev or pi hub; else that of the last pi login.",
      "",
      "Exit codes: 0 done, 1 a step failed, 2 the pipeline is wrong, 3 no hub,",
      "130 interrupted: what runs on the hub is ended as well."
    })
final class PipelineCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Parameters(
      paramLabel = "FILE",
      description = "The pipeline in YAML or JSON; - is standard input.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private String file;

  @Mixin private HubOption option = new HubOption();

  @Override
  public Integer call() throws IOException, InterruptedException {
    String text = text();
    String type = file.endsWith(".json") ? "application/json" : "application/yaml";
    String source = file.equals("-") ? "stdin" : file;
    HubClient.Answer answer;
    try (HubClient hub = option.client();
        Progress _ = Progress.of(spec.commandLine().getErr(), source)) {
      answer = hub.post("pipeline", type, text, Map.of("X-Pipeline-Name", ascii(source)));
    }
    HubOutput.print(spec.commandLine().getOut(), answer, option.json());
    return ExitCode.DONE.code();
  }

  private String text() throws IOException {
    if (file.equals("-")) {
      return new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
    }
    Path path = Path.of(file);
    if (!Files.isReadable(path) || Files.isDirectory(path)) {
      throw new ParameterException(
          spec.commandLine(), "cannot read the file '" + file + "'; name one that exists");
    }
    return Files.readString(path);
  }

  /** Headers carry nothing else. */
  private static String ascii(String name) {
    return name.replaceAll("[^\\x20-\\x7e]", "?");
  }
}
