package io.pipeforce.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pipeforce.cli.CommandFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceProjectTest {
  @TempDir private Path folder;

  @Test
  void has_the_name_of_its_artifact() {
    assertThat(ServiceProject.in(PiProcess.HOME.resolve("template")))
        .isEqualTo(new ServiceProject(PiProcess.HOME.resolve("template"), "hello-service"));
  }

  @Test
  void is_no_maven_project_with_another_parent() {
    assertThat(ServiceProject.find(PiProcess.HOME.resolve("dev"))).isEmpty();
    assertThat(ServiceProject.find(PiProcess.HOME)).isEmpty();
  }

  @Test
  void that_is_none_says_how_to_get_one() {
    assertThatThrownBy(() -> ServiceProject.in(folder))
        .isInstanceOf(CommandFailedException.class)
        .hasMessage(
            "no service project in "
                + folder
                + ": its pom.xml would have the parent io.pipeforce:service-parent; make one with"
                + " pi new NAME");
  }

  @Test
  void with_a_broken_pom_names_the_file() throws IOException {
    Files.writeString(folder.resolve("pom.xml"), "<project>");

    assertThatThrownBy(() -> ServiceProject.in(folder))
        .isInstanceOf(CommandFailedException.class)
        .hasMessageStartingWith(folder.resolve("pom.xml") + ": ");
  }
}
