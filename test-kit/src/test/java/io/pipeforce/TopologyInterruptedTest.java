package io.pipeforce;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Delivery;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TopologyInterruptedTest extends TopologyTest {
  private static final int MESSAGES = 3000;

  @TempDir Path folder;

  @Test
  void a_migration_killed_again_and_again_continues_and_loses_nothing() throws Exception {
    declareOld("classic");
    publish(0, MESSAGES);
    int published = MESSAGES;

    // The steps of a hop: begun, bindings changed, queue deleted; then those of the way back.
    for (String step :
        List.of(
            queue + ": moving",
            queue + ": its bindings",
            queue + ": moved",
            temporary + ": moving",
            temporary + ": its bindings")) {
      killAfter(step);
      publish(published, published + 10);
      published += 10;
    }
    assertThat(topology("plan").out()).contains("unfinished: queue " + temporary);

    assertThat(topology("apply").exit()).isZero();

    assertThat(exists(temporary)).isFalse();
    assertThat(topology("plan").out()).doesNotContain(queue);
    List<Delivery> messages = take(queue, published);
    Set<String> bodies = new HashSet<>();
    messages.forEach(message -> bodies.add(new String(message.getBody(), UTF_8)));
    System.out.printf(
        "%s: %d messages, killed 5 times, %d of them twice%n",
        broker, published, messages.size() - bodies.size());
    assertThat(bodies).hasSize(published);
  }

  /** Runs the command in a process of its own, as a user does, and kills it when it says this. */
  private void killAfter(String step) throws Exception {
    Process process = start("topology", "apply");
    try (BufferedReader out = process.inputReader(UTF_8)) {
      List<String> lines = new ArrayList<>();
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        lines.add(line);
        if (line.contains(step)) {
          process.destroyForcibly();
          assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
          return;
        }
      }
      throw new AssertionError("never said '" + step + "': " + lines);
    }
  }

  private Process start(String... arguments) throws IOException {
    Path index = folder.resolve("META-INF/services/io.pipeforce.BaseService");
    Files.createDirectories(index.getParent());
    Files.writeString(index, OrderService.class.getName());
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp"));
    command.add(folder + File.pathSeparator + System.getProperty("java.class.path"));
    command.add(ServiceRuntime.class.getName());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("PIPEFORCE_"));
    builder.environment().putAll(environment());
    return builder.start();
  }
}
