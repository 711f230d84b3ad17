import io.pipeforce.BrokerAddress;
import io.pipeforce.EventClient;
import io.pipeforce.broker.Broker;
import io.pipeforce.broker.BrokerOptions;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Measures the time from the start of a service's process until it has handled its first message,
 * which lies in its queue already; with and without an AOT cache, in turn.
 *
 * <p>Arguments: the service's jar, and how often.
 */
class StartToFirstMessage {
  private static final String KEY = "some.event.key.x";
  private static final List<String> FLAGS =
      List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData");

  private final Path jar;
  private final Broker broker;
  private final EventClient client;

  private StartToFirstMessage(Path jar, Broker broker, EventClient client) {
    this.jar = jar;
    this.broker = broker;
    this.client = client;
  }

  public static void main(String[] arguments) throws Exception {
    Path cache = Files.createTempDirectory("aot").resolve("service.aot");
    try (Broker broker = Broker.start(BrokerOptions.local());
        EventClient client =
            EventClient.connect(
                BrokerAddress.parse(broker.uri().toString()), "pipeforce.topic.default")) {
      StartToFirstMessage start = new StartToFirstMessage(Path.of(arguments[0]), broker, client);
      start.train(cache);
      List<Double> plain = new ArrayList<>();
      List<Double> cached = new ArrayList<>();
      for (int i = 0; i < Integer.parseInt(arguments[1]); i++) {
        plain.add(start.milliseconds(List.of()));
        cached.add(start.milliseconds(List.of("-XX:AOTCache=" + cache)));
      }
      System.out.println("start to first handled message, ms: min, median, max");
      System.out.println("without AOT cache  " + summary(plain));
      System.out.println("with AOT cache     " + summary(cached));
    }
  }

  private void train(Path cache) throws Exception {
    Process process = start(List.of("-XX:AOTCacheOutput=" + cache));
    BufferedReader lines = process.inputReader();
    await(lines, "ready:");
    client.send(KEY, "{\"hello\":\"world\"}");
    await(lines, "GREETING CALLED");
    stop(process, lines);
  }

  private double milliseconds(List<String> flags) throws Exception {
    client.send(KEY, "{\"hello\":\"world\"}");
    long begin = System.nanoTime();
    Process process = start(flags);
    BufferedReader lines = process.inputReader();
    await(lines, "GREETING CALLED");
    double milliseconds = (System.nanoTime() - begin) / 1e6;
    stop(process, lines);
    return milliseconds;
  }

  private Process start(List<String> flags) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(FLAGS);
    command.addAll(flags);
    command.addAll(List.of("-jar", jar.toString()));
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().put("PIPEFORCE_SERVICE", "hello");
    builder.environment().put("PIPEFORCE_NAMESPACE", "local");
    builder.environment().put("PIPEFORCE_HEALTH_PORT", "0");
    builder.environment().put("PIPEFORCE_MESSAGE_BROKER", "127.0.0.1:" + broker.port());
    return builder.start();
  }

  private static void await(BufferedReader lines, String beginning) throws Exception {
    String line = lines.readLine();
    while (line != null && !line.startsWith(beginning)) {
      line = lines.readLine();
    }
    if (line == null) {
      throw new IllegalStateException("the service ended before it said: " + beginning);
    }
  }

  private static void stop(Process process, BufferedReader lines) throws Exception {
    process.toHandle().destroy(); // Process.destroy would close its output, too.
    lines.transferTo(java.io.Writer.nullWriter());
    process.waitFor();
  }

  private static String summary(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    return String.format(
        Locale.ROOT,
        "%5.0f %5.0f %5.0f   (n = %d)",
        sorted[0],
        sorted[sorted.length / 2],
        sorted[sorted.length - 1],
        sorted.length);
  }
}
