package io.pipeforce.internal.logging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class LogConfiguratorTest {
  private static final Map<String, String> IN_CLUSTER =
      Map.of("KUBERNETES_SERVICE_HOST", "10.0.0.1");

  @TempDir Path folder;
  private Path extraClassPath;

  @BeforeEach
  void makeFolder() throws Exception {
    extraClassPath = Files.createDirectory(folder.resolve("classes"));
  }

  @Test
  void outside_of_a_cluster_logs_are_readable_lines_on_standard_error() throws Exception {
    Output output = run(Map.of());

    assertThat(output.out()).containsExactly("printed by a handler");
    List<String> lines = output.err();
    assertThat(lines.get(0))
        .matches(
            "\\d\\d:\\d\\d:\\d\\d\\.\\d{3} INFO  HelloService  handled ä  key=order.\"created\""
                + " attempt=2 logger=mine");
    assertThat(lines.get(1)).matches("\\d\\S+ WARN  HelloService  two");
    assertThat(lines.get(2)).isEqualTo("    12:00:00.000 ERROR lines");
    assertThat(lines.get(3)).matches("\\d\\S+ ERROR HelloService  failed");
    assertThat(lines.get(4)).isEqualTo("java.lang.IllegalStateException: outer");
    assertThat(lines).anyMatch(line -> line.startsWith("Caused by: java.lang.RuntimeException"));
    assertThat(String.join("\n", lines)).doesNotContain("details", "noise", "logback");
  }

  @Test
  void in_a_cluster_each_event_is_one_line_of_json() throws Exception {
    Output output = run(IN_CLUSTER);

    List<JsonNode> events = output.err().stream().map(JsonMapper.shared()::readTree).toList();
    assertThat(events)
        .extracting(event -> event.get("severity").stringValue())
        .containsExactly("INFO", "WARNING", "ERROR");
    JsonNode handled = events.get(0);
    assertThat(Instant.parse(handled.get("timestamp").stringValue()))
        .isBetween(Instant.now().minusSeconds(300), Instant.now());
    assertThat(handled.get("message").stringValue()).isEqualTo("handled ä\t");
    assertThat(handled.get("logger").stringValue()).isEqualTo("service.HelloService");
    assertThat(handled.get("logger_").stringValue()).isEqualTo("mine");
    assertThat(handled.get("thread").stringValue()).isEqualTo("main");
    assertThat(handled.get("key").stringValue()).isEqualTo("order.\"created\"");
    assertThat(handled.get("attempt").intValue()).isEqualTo(2);
    assertThat(events.get(1).get("message").stringValue()).contains("two\n12");
    assertThat(events.get(2).get("stack_trace").stringValue())
        .startsWith("java.lang.IllegalStateException: outer")
        .contains("Caused by: java.lang.RuntimeException: inner\u0001");
    assertThat(output.out()).containsExactly("printed by a handler");
  }

  @Test
  void the_level_comes_from_the_environment() throws Exception {
    assertThat(run(Map.of("PIPEFORCE_LOG_LEVEL", "debug")).err())
        .anyMatch(line -> line.contains("DEBUG HelloService  details"))
        .anyMatch(line -> line.contains("noise"));
    assertThat(run(Map.of("PIPEFORCE_LOG_LEVEL", "OFF")).err()).isEmpty();
  }

  @Test
  void a_level_that_does_not_exist_is_named_and_info_is_used() throws Exception {
    assertThat(run(Map.of("PIPEFORCE_LOG_LEVEL", "loud")).err())
        .anyMatch(line -> line.contains("PIPEFORCE_LOG_LEVEL: 'loud' is no level, INFO is used"))
        .anyMatch(line -> line.contains("handled"))
        .noneMatch(line -> line.contains("details"));
  }

  @Test
  void a_logback_xml_of_the_service_wins() throws Exception {
    Files.writeString(
        extraClassPath.resolve("logback.xml"),
        """
        <configuration>
          <appender name="mine" class="ch.qos.logback.core.ConsoleAppender">
            <encoder><pattern>MINE %msg%n</pattern></encoder>
          </appender>
          <root level="warn"><appender-ref ref="mine"/></root>
        </configuration>
        """);

    Output output = run(IN_CLUSTER);

    assertThat(output.err()).isEmpty();
    assertThat(output.out()).contains("MINE two").doesNotContain("MINE handled");
  }

  private record Output(List<String> out, List<String> err) {}

  private Output run(Map<String, String> environment) throws Exception {
    Path out = folder.resolve("out.txt");
    Path err = folder.resolve("err.txt");
    ProcessBuilder builder =
        new ProcessBuilder(
            ProcessHandle.current().info().command().orElseThrow(),
            "-XX:TieredStopAtLevel=1",
            "-Dstderr.encoding=UTF-8",
            "-cp",
            extraClassPath + File.pathSeparator + System.getProperty("java.class.path"),
            LoggingProgram.class.getName());
    builder
        .environment()
        .keySet()
        .removeAll(List.of("PIPEFORCE_LOG_LEVEL", "KUBERNETES_SERVICE_HOST"));
    builder.environment().putAll(environment);
    Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    assertThat(process.waitFor()).as(() -> process.info().toString()).isZero();
    return new Output(
        Files.readAllLines(out, StandardCharsets.UTF_8),
        Files.readAllLines(err, StandardCharsets.UTF_8));
  }
}
