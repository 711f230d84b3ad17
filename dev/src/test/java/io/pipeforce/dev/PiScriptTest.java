package io.pipeforce.dev;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipeforce.dev.PiProcess.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script itself: which JDK and which Maven it finds, from where it can be called. */
class PiScriptTest {
  private static final String REAL_JDK = System.getProperty("java.home");

  @TempDir private Path folder;

  @Test
  void finds_a_jdk_in_the_usual_folders_although_java_on_the_path_is_older() throws Exception {
    Path old = jdk("17.0.9");

    Result result =
        pi(
            environment -> {
              environment.remove("JAVA_HOME");
              environment.put("PATH", old.resolve("bin") + ":" + environment.get("PATH"));
              environment.put("PI_JDK_FOLDERS", old + " " + REAL_JDK);
            },
            "--version");

    assertThat(result.out()).startsWith("pi ").contains(" on Java " + Runtime.version().feature());
    assertThat(result.exit()).isZero();
  }

  @Test
  void takes_another_jdk_where_java_home_is_an_older_one() throws Exception {
    Path old = jdk("21");

    Result result =
        pi(
            environment -> {
              environment.put("JAVA_HOME", old.toString());
              environment.put("PI_JDK_FOLDERS", REAL_JDK);
            },
            "--version");

    assertThat(result.exit()).isZero();
  }

  @Test
  void finds_the_jdk_whose_compiler_is_on_the_path() throws Exception {
    Result result =
        pi(
            environment -> {
              environment.remove("JAVA_HOME");
              environment.put("PATH", REAL_JDK + "/bin:" + environment.get("PATH"));
              environment.put("PI_JDK_FOLDERS", "/nowhere");
            },
            "--version");

    assertThat(result.exit()).isZero();
  }

  @Test
  void says_what_to_install_where_there_is_no_jdk() throws Exception {
    Path old = jdk("24.0.2");

    Result result =
        pi(
            environment -> {
              environment.put("JAVA_HOME", old.toString());
              environment.put("PATH", old.resolve("bin") + ":/usr/bin:/bin");
              environment.put("PI_JDK_FOLDERS", old.toString());
            },
            "send",
            "key");

    assertThat(result.exit()).isEqualTo(3);
    assertThat(result.out()).isEmpty();
    assertThat(result.err())
        .startsWith("pi: no JDK 25 or newer on this machine")
        .contains("sudo apt-get install openjdk-25-jdk")
        .contains("or set JAVA_HOME to the one that you have.");
  }

  @Test
  void says_what_to_install_where_there_is_no_maven() throws Exception {
    Path bin = onlyPrograms("dirname", "readlink", "find", "sed", "grep");

    Result result = pi(environment -> environment.put("PATH", bin.toString()), "test");

    assertThat(result)
        .isEqualTo(
            new Result(
                3,
                "",
                "pi: no Maven on the PATH; install it (Debian, Ubuntu: sudo apt-get install maven;"
                    + " macOS: brew install maven)\n"));
  }

  @Test
  void refuses_a_maven_that_is_too_old() throws Exception {
    Path bin = program("mvn", "echo Apache Maven 3.6.3");

    Result result = pi(withFirstOnPath(bin), "test");

    assertThat(result.exit()).isEqualTo(3);
    assertThat(result.err()).startsWith("pi: Maven 3.6 is too old, 3.8 or newer is needed;");
  }

  @Test
  void test_runs_maven_with_the_jdk_it_found_and_all_arguments() throws Exception {
    Path bin =
        program(
            "mvn",
            "[ \"$1\" = --version ] && echo Apache Maven 3.8.7 && exit",
            "echo \"$PWD $JAVA_HOME\"",
            "printf '<%s>' \"$@\"",
            "exit 7");

    Result result =
        pi(
            withFirstOnPath(bin)
                .andThen(environment -> environment.put("MAVEN_ARGS", "--batch-mode -o")),
            "test",
            "-Dgroups=a b",
            "-pl",
            "dev");

    assertThat(result.out())
        .isEqualTo(
            PiProcess.HOME
                + " "
                + REAL_JDK
                + "\n<--batch-mode><-o><verify><-Dgroups=a b><-pl><dev>");
    assertThat(result.exit()).isEqualTo(7);
  }

  @Test
  void works_through_links_from_any_folder() throws Exception {
    Path bin = Files.createDirectories(folder.resolve("bin"));
    Files.createSymbolicLink(bin.resolve("direct"), PiProcess.HOME.resolve("pi"));
    Files.createSymbolicLink(bin.resolve("pi"), Path.of("direct"));

    try (PiProcess pi =
        PiProcess.command(folder, _ -> {}, List.of(bin.resolve("pi").toString(), "--version"))) {
      assertThat(pi.result().out()).startsWith("pi ");
    }
  }

  @Test
  void suggests_the_command_that_was_meant_among_all_commands() throws Exception {
    Result result = pi(_ -> {}, "boker", "--port", "1");

    assertThat(result)
        .isEqualTo(
            new Result(
                2, "", "pi: unknown command 'boker'\nDid you mean: pi broker?\nTry: pi --help\n"));
  }

  @Test
  void completion_is_taken_by_bash() throws Exception {
    try (PiProcess bash =
        PiProcess.command(
            folder, _ -> {}, List.of("bash", "-c", "source <(pi completion) && complete -p pi"))) {
      assertThat(bash.result().out()).startsWith("complete ").endsWith(" pi\n");
    }
  }

  @Test
  void doctor_fails_and_names_the_remedy_where_something_needed_is_missing() throws Exception {
    program("mvn", "echo Apache Maven 3.9.9");
    Path bin = onlyPrograms("dirname", "readlink", "find");

    Result result = pi(environment -> environment.put("PATH", bin.toString()), "doctor");

    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.out())
        .contains("ok      Maven: Apache Maven 3.9.9\n")
        .contains("MISSING git: not on the PATH\n        -> sudo apt-get install git\n");
  }

  private Result pi(Consumer<Map<String, String>> changes, String... args) throws Exception {
    // What has to be built is built before, with everything that takes.
    assertThat(PiProcess.run(folder, folder, "--version").exit()).isZero();
    try (PiProcess pi = PiProcess.start(folder, changes, args)) {
      return pi.result();
    }
  }

  private Path jdk(String version) throws IOException {
    Path jdk = folder.resolve("jdk-" + version);
    Files.createDirectories(jdk.resolve("bin"));
    Files.writeString(
        jdk.resolve("release"), "IMPLEMENTOR=\"Somebody\"\nJAVA_VERSION=\"" + version + "\"\n");
    for (String program : List.of("java", "javac")) {
      executable(jdk.resolve("bin").resolve(program), "echo the wrong one; exit 9");
    }
    return jdk;
  }

  private Path program(String name, String... lines) throws IOException {
    Path bin = Files.createDirectories(folder.resolve("bin"));
    executable(bin.resolve(name), lines);
    return bin;
  }

  /** A folder for the PATH with nothing else. */
  private Path onlyPrograms(String... names) throws IOException {
    for (String name : names) {
      program(name, "exec /usr/bin/" + name + " \"$@\"");
    }
    return folder.resolve("bin");
  }

  private static void executable(Path file, String... lines) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static Consumer<Map<String, String>> withFirstOnPath(Path bin) {
    return environment -> environment.put("PATH", bin + ":" + environment.get("PATH"));
  }
}
