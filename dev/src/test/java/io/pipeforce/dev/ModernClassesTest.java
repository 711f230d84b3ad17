package io.pipeforce.dev;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ModernClassesTest {
  private static final Path PICOCLI = Launcher.locationOf(CommandLine.class);

  @TempDir private Path folder;

  @Test
  void old_classes_get_a_format_that_an_aot_cache_can_hold() throws IOException {
    Path rewritten = folder.resolve("picocli.jar");

    ModernClasses.rewrite(PICOCLI, rewritten);

    assertThat(version(PICOCLI)).isLessThan(ClassFile.JAVA_6_VERSION);
    assertThat(version(rewritten)).isEqualTo(ClassFile.JAVA_8_VERSION);
  }

  @Test
  void a_rewritten_library_passes_the_verifier_and_works() throws Exception {
    Path rewritten = folder.resolve("picocli.jar");
    Files.copy(PICOCLI, rewritten);
    ModernClasses.main(new String[] {rewritten.toString()});
    Files.writeString(
        folder.resolve("Main.java"),
        """
        import java.util.jar.*;
        import java.nio.file.*;
        import picocli.CommandLine;

        public class Main {
          @CommandLine.Command(name = "main")
          static class Echo implements Runnable {
            @CommandLine.Option(names = "--times", description = "How often.") int times = 1;
            @CommandLine.Parameters String text;
            public void run() { System.out.println(text.repeat(times)); }
          }

          public static void main(String[] args) throws Exception {
            try (JarFile jar = new JarFile(args[0])) {
              for (JarEntry entry : java.util.Collections.list(jar.entries())) {
                String name = entry.getName();
                if (name.startsWith("picocli/") && name.endsWith(".class") && !name.contains("groovy")) {
                  // Initialized means linked, and linked means verified.
                  Class.forName(name.replace('/', '.').replace(".class", ""));
                }
              }
            }
            System.exit(new CommandLine(new Echo()).execute("--times", "2", "ab"));
          }
        }
        """);

    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    rewritten.toString(),
                    folder.resolve("Main.java").toString(),
                    rewritten.toString()))
            .redirectErrorStream(true)
            .start();

    assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .isEqualTo("abab\n");
    assertThat(process.waitFor()).isZero();
  }

  private static int version(Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      byte[] content =
          file.getInputStream(file.getJarEntry("picocli/CommandLine.class")).readAllBytes();
      return ClassFile.of().parse(content).majorVersion();
    }
  }
}
