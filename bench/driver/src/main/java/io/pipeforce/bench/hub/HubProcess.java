package io.pipeforce.bench.hub;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code pi hub} in a folder of its own. */
public final class HubProcess implements AutoCloseable {
  private final Process process;
  private final URI uri;
  private final String secret;

  private HubProcess(Process process, URI uri, String secret) {
    this.process = process;
    this.uri = uri;
    this.secret = secret;
  }

  /**
   * @param arguments of {@code pi hub}
   */
  public static HubProcess start(Path home, List<String> arguments) throws IOException {
    Path folder = Files.createTempDirectory("bench-hub");
    List<String> command =
        new ArrayList<>(List.of(home.resolve("pi").toString(), "hub", "--port", "0"));
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put("XDG_CONFIG_HOME", folder.toString());
    Process process = builder.start();
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    String line = out.readLine();
    if (line == null || !line.startsWith("ready: ")) {
      throw new IOException("pi hub did not start: " + line);
    }
    String uri = line.substring("ready: ".length()).split("[, ]", -1)[0];
    return new HubProcess(
        process, URI.create(uri), Files.readString(folder.resolve(".pi/hub/secret")));
  }

  public URI uri() {
    return uri;
  }

  /** What it has used up of the processors. */
  public Duration cpu() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** One that may run commands. */
  public Caller caller() throws IOException {
    return new Caller(
        uri, "Authorization: Apitoken " + secret + "\r\nContent-Type: application/json\r\n");
  }

  /** Runs a command that must succeed. */
  public JsonNode command(String name, Object parameters) throws IOException {
    try (Caller caller = caller()) {
      Caller.Answer answer =
          caller.post("/api/v3/command/" + name, JsonMapper.shared().writeValueAsBytes(parameters));
      if (answer.status() >= 300) {
        throw new IOException(name + " answered " + answer.status() + ": " + answer.body());
      }
      return JsonMapper.shared().readTree(answer.body());
    }
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }
}
