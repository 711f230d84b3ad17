package io.pipeforce.cli;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code pi login}: a token of a hub, kept under a name. */
@Command(
    name = "login",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Logs in at a hub, so that pi command and pi pipeline can call it. What is kept is",
      "a token, readable by you alone, which is good for 30 days; not the password."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  pi login https://hub.example.com --profile production",
      "  pi command --profile production help",
      "  pi login http://127.0.0.1:8080 < password.txt",
      "",
      "The password is asked for at a terminal, else read from standard input. With",
      "PIPEFORCE_SECRET set ('Basic USER:PASSWORD' or 'Apitoken TOKEN'), from there.",
      "",
      "Exit codes: 0 logged in, 1 refused, 2 wrong usage, 3 no hub."
    })
final class LoginCommand implements Callable<Integer> {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]*");
  private static final List<String> LOCAL = List.of("localhost", "127.0.0.1", "[::1]");

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Parameters(paramLabel = "URL", description = "The hub: https://HOST or http://HOST:PORT.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private String url;

  @Option(
      names = "--profile",
      paramLabel = "NAME",
      description = "Name for this login. Default: ${DEFAULT-VALUE}.")
  private String profile = HubLogin.DEFAULT;

  @Option(names = "--user", paramLabel = "USER", description = "Default: pipeforce.")
  private @Nullable String user;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (!NAME.matcher(profile).matches()
        || profile.equals(Profile.DEV)
        || profile.equals(Profile.HUB)) {
      throw new ParameterException(
          spec.commandLine(),
          "a login cannot be named '"
              + profile
              + "'; take letters and digits, but not dev and hub, which are the running ones");
    }
    URI hub = HubClient.uri("URL", url);
    if (hub.getScheme().equals("http") && !LOCAL.contains(hub.getHost())) {
      spec.commandLine()
          .getErr()
          .println("pi: the password goes to " + hub.getHost() + " in clear; better use https://");
    }
    String refreshToken = refreshToken(hub);
    new HubLogin(hub.toString(), refreshToken).write(HubLogin.file(profile, System.getenv()));
    spec.commandLine().getOut().println("logged in at " + hub + ", profile " + profile);
    return ExitCode.DONE.code();
  }

  private String refreshToken(URI hub) throws IOException, InterruptedException {
    String secret = System.getenv().getOrDefault("PIPEFORCE_SECRET", "").strip();
    String[] parts = secret.split("\\s+", 2);
    if (parts.length == 2 && parts[0].equalsIgnoreCase("apitoken")) {
      HubClient.accessToken(hub, parts[1]);
      return parts[1];
    }
    String name = user;
    String password;
    if (parts.length == 2 && parts[0].equalsIgnoreCase("basic")) {
      String[] login = parts[1].split(":", 2);
      name = name == null ? login[0] : name;
      password = login[login.length - 1];
    } else {
      password = password();
    }
    return HubClient.refreshToken(hub, name == null ? "pipeforce" : name, password);
  }

  private String password() throws IOException {
    Optional<Console> terminal = Optional.ofNullable(System.console()).filter(Console::isTerminal);
    if (terminal.isPresent()) {
      char[] typed = terminal.get().readPassword("Password: ");
      return typed == null ? "" : new String(typed);
    }
    String line =
        new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset())).readLine();
    if (line == null || line.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "no password: standard input is empty, and no terminal");
    }
    return line;
  }
}
