package io.pipeforce.cli;

import io.pipeforce.EventClient;
import io.pipeforce.Message;
import io.pipeforce.OutgoingMessage;
import io.pipeforce.UnroutableException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code pi send}: one event, or a request whose answer is printed. */
@Command(
    name = "send",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Sends one event and waits until the broker has confirmed it;",
      "with --wait, sends a request and prints its answer."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  pi send some.event.key.x '{\"hello\":\"world\"}'",
      "  pi send order.created @order.json --header tenant=acme",
      "  date | pi send clock.tick -",
      "  pi send price.ask '{\"article\":7}' --wait --timeout 2s",
      "",
      "Which broker: the one of --broker; else the one that PIPEFORCE_MESSAGE_BROKER",
      "or PIPEFORCE_MESSAGING_HOST names; else that of the hub of PIPEFORCE_PROFILE,",
      "which passes an event on; else that of the running pi dev; else 127.0.0.1:5672.",
      "",
      "Exit codes: 0 confirmed or answered, 1 refused or no answer in time,",
      "2 wrong usage, 3 no broker, 130 interrupted."
    })
final class SendCommand implements Callable<Integer> {
  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "KEY",
      description = "Routing key of the event: words separated by dots.")
  private String key = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "PAYLOAD",
      description =
          "The payload as it is; @FILE for the content of a file, - for standard input."
              + " Empty when missing. What begins with { or [ must be JSON, unless --content-type"
              + " says otherwise.")
  private String payload = "";

  @Option(
      names = "--broker",
      paramLabel = "URI",
      description = "amqp://USER:PASSWORD@HOST:PORT/VHOST, HOST:PORT or HOST.")
  private @Nullable String broker;

  @Option(
      names = "--header",
      paramLabel = "k=v",
      description = "A header of the message; may be given several times.")
  private Map<String, String> headers = new LinkedHashMap<>();

  @Option(
      names = "--content-type",
      paramLabel = "TYPE",
      description =
          "By default application/json for JSON, text/plain for other text,"
              + " application/octet-stream for the rest.")
  private @Nullable String contentType;

  @Option(names = "--wait", description = "Send a request and print the answer.")
  private boolean wait;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "How long to wait for the answer, such as 500ms, 10s (the default) or 2m.")
  private @Nullable Duration timeout;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (timeout != null && !wait) {
      throw new ParameterException(spec.commandLine(), "--timeout needs --wait");
    }
    OutgoingMessage message = message();
    if (BrokerChoice.named(broker, System.getenv()).isEmpty() && HubClient.isChosen()) {
      sendByHub(message);
      return ExitCode.DONE.code();
    }
    BrokerChoice choice = BrokerChoice.of(broker, System.getenv(), Profile.dev());
    PrintWriter out = spec.commandLine().getOut();
    try (EventClient client = EventClient.connect(choice.address(), choice.exchange())) {
      if (wait) {
        print(client.request(message, timeout == null ? DEFAULT_TIMEOUT : timeout));
      } else {
        send(client, message);
        out.println("sent " + key + " to " + choice.address().display());
      }
    }
    return ExitCode.DONE.code();
  }

  /** A broker in a cluster is seldom reached from outside; its hub is. */
  private void sendByHub(OutgoingMessage message) throws IOException, InterruptedException {
    if (wait) {
      throw new ParameterException(
          spec.commandLine(), "a hub passes on events only; name its broker for --wait: --broker");
    }
    if (!(message.payload() instanceof String text)) {
      throw new ParameterException(
          spec.commandLine(),
          "a hub passes on texts only, and this is none; name its broker: --broker");
    }
    String type =
        message
            .contentType()
            .orElseGet(() -> Payload.looksLikeJson(text) ? "application/json" : "text/plain");
    StringJoiner headerFields = new StringJoiner(",", "{", "}");
    message
        .headers()
        .forEach((name, value) ->
            headerFields.add(Json.quoted(name) + ":" + Json.quoted(value.toString())));
    String body =
        "{\"key\":%s,\"payload\":%s,\"contentType\":%s,\"headers\":%s}"
            .formatted(Json.quoted(key), Json.quoted(text), Json.quoted(type), headerFields);
    try (HubClient hub = HubClient.of(null, System.getenv())) {
      hub.post("command/message.send", "application/json", body, Map.of());
      spec.commandLine().getOut().println("sent " + key + " by the hub at " + hub.uri());
    }
  }

  private OutgoingMessage message() throws IOException {
    try {
      OutgoingMessage message =
          OutgoingMessage.of(key, Payload.read(payload, contentType, System.in));
      for (Map.Entry<String, String> header : headers.entrySet()) {
        message = message.withHeader(header.getKey(), header.getValue());
      }
      return contentType == null ? message : message.withContentType(contentType);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  /** An event that nobody wants is no failure, but the one who typed its key should hear of it. */
  private void send(EventClient client, OutgoingMessage message) {
    try {
      client.send(message.asMandatory());
    } catch (UnroutableException e) {
      spec.commandLine()
          .getErr()
          .println("pi: no queue is bound for " + key + ": nobody will get this event");
    }
  }

  /** The bytes as they are; a line feed at the end of text, so that a prompt stands on its own. */
  private static void print(Message answer) throws IOException {
    PrintStream out = System.out;
    byte[] bytes = answer.bytes();
    out.write(bytes);
    if (bytes.length > 0 && bytes[bytes.length - 1] != '\n' && Payload.isText(bytes)) {
      out.write('\n');
    }
    out.flush();
  }
}
