package io.pipeforce.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code pi command}: one command of the hub. */
@Command(
    name = "command",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Runs one command on the hub and prints what it answers.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  pi command help                            which commands there are",
      "  pi command help event.send                 what one takes",
      "  pi command event.send key=order.created payload='{\"id\":7}'",
      "  pi command message.send key=letter.new payload=@letter.txt",
      "",
      "A value that is a JSON object or list is sent as such, @FILE is what the file",
      "holds, anything else is a text.",
      "Which hub: that of --profile; else the one that PIPEFORCE_HUB_URL and",
      "PIPEFORCE_SECRET name; else that of PIPEFORCE_PROFILE; else that of the running",
      "pi dev or pi hub; else that of the last pi login.",
      "",
      "Exit codes: 0 done, 1 it failed, 2 no such command or parameter, 3 no hub,",
      "130 interrupted: what runs on the hub is ended as well."
    })
final class HubCallCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "NAME", description = "The command, as in event.send.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private String name;

  @Parameters(index = "1..*", paramLabel = "key=value", description = "Its parameters.")
  private @Nullable List<String> parameters;

  @Mixin private HubOption option = new HubOption();

  @Override
  public Integer call() throws IOException, InterruptedException {
    StringBuilder body = new StringBuilder("{");
    for (String given : parameters == null ? List.<String>of() : parameters) {
      String parameter = name.equals("help") && !given.contains("=") ? "name=" + given : given;
      int equals = parameter.indexOf('=');
      if (equals < 1) {
        throw new ParameterException(
            spec.commandLine(), "a parameter is key=value, and this is '" + parameter + "'");
      }
      body.append(body.length() > 1 ? "," : "")
          .append(Json.quoted(parameter.substring(0, equals)))
          .append(':')
          .append(value(parameter.substring(equals + 1)));
    }
    HubClient.Answer answer;
    try (HubClient hub = option.client();
        Progress _ = Progress.of(spec.commandLine().getErr(), name)) {
      answer =
          hub.post("command/" + name, "application/json", body.append('}').toString(), Map.of());
    }
    HubOutput.print(spec.commandLine().getOut(), answer, option.json());
    return ExitCode.DONE.code();
  }

  private String value(String given) throws IOException {
    try {
      String text = String.valueOf(Payload.read(given, "text/plain", System.in));
      boolean structured =
          text.stripLeading().startsWith("{") || text.stripLeading().startsWith("[");
      return structured && Payload.jsonProblem(text.getBytes(StandardCharsets.UTF_8)).isEmpty()
          ? text
          : Json.quoted(text);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }
}
