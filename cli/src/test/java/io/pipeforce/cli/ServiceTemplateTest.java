package io.pipeforce.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceTemplateTest {
  /** The current folder of a test is its module's. */
  private static final Path TEMPLATE = Path.of("../template");

  @TempDir private Path folder;

  @Test
  void is_copied_under_the_name_of_the_service() throws IOException {
    ServiceTemplate.copy(TEMPLATE, folder, "order-service");

    assertThat(Files.readString(folder.resolve("pom.xml")))
        .contains("<artifactId>order-service</artifactId>")
        .doesNotContain("hello-service");
    assertThat(Files.readString(folder.resolve("run-service.sh")))
        .contains("target/order-service.jar");
  }

  @Test
  void finds_its_parent_in_mavens_repository_and_not_in_ours() throws IOException {
    ServiceTemplate.copy(TEMPLATE, folder, "order-service");

    assertThat(Files.readString(folder.resolve("pom.xml"))).contains("<relativePath/>");
  }

  @Test
  void is_copied_without_what_builds_leave_behind() throws IOException {
    Path template = folder.resolve("template");
    Files.createDirectories(template.resolve("target/classes"));
    Files.createDirectories(template.resolve(".pi"));
    Files.writeString(template.resolve("target/classes/A.class"), "");
    Files.writeString(template.resolve(".pi/state"), "");
    Files.writeString(template.resolve("service.iml"), "");
    Files.writeString(template.resolve(".gitignore"), "target/");

    ServiceTemplate.copy(template, folder.resolve("copy"), "order-service");

    assertThat(folder.resolve("copy").toFile().list()).containsExactly(".gitignore");
  }

  @Test
  void keeps_its_scripts_executable() throws IOException {
    ServiceTemplate.copy(TEMPLATE, folder, "order-service");

    assertThat(folder.resolve("run-tests-all.sh")).isExecutable();
    assertThat(folder.resolve("test/trigger-event.sh")).isExecutable();
    assertThat(folder.resolve("pom.xml").toFile().canExecute()).isFalse();
  }
}
