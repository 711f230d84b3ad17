package io.pipeforce.dev;

import io.pipeforce.dev.child.Rehearsal;
import io.pipeforce.dev.child.ServiceProcess;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

/**
 * The command line of a service process. Its class path is the libraries, a jar with our main
 * class, and then the classes of the service: an AOT cache is good for every class path that begins
 * with the jars it was made with.
 */
final class Launcher {
  /** For quick starts; how fast a service is once it is warm is not what pi dev is about. */
  static final List<String> QUICK_START =
      List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData");

  private static final List<Class<?>> CONTENT =
      List.of(ServiceProcess.class, Rehearsal.class, Rehearsal.Echo.class);

  private final ClassPath classPath;
  private final Path jar;

  private Launcher(ClassPath classPath, Path jar) {
    this.classPath = classPath;
    this.jar = jar;
  }

  /** For a service with these libraries; the jar with our main class goes into a folder. */
  static Launcher in(Path folder, ClassPath classPath) throws IOException {
    return new Launcher(classPath, jarIn(folder));
  }

  /** The jar with our main classes, always the same bytes. */
  static Path jarIn(Path folder) throws IOException {
    Path jar = folder.resolve("launcher.jar");
    byte[] content = jarContent();
    // Left alone when it is the same, for an AOT cache notes the time of each jar.
    if (!Files.exists(jar) || !Arrays.equals(Files.readAllBytes(jar), content)) {
      Files.createDirectories(folder);
      Path fresh = Files.createTempFile(folder, "launcher", ".tmp");
      Files.write(fresh, content);
      Files.move(fresh, jar, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
    return jar;
  }

  /** The command that runs a main class of ours, with more folders at the end of the class path. */
  List<String> command(Class<?> main, List<String> options, List<Path> folders) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home", ""), "bin", "java").toString());
    command.addAll(QUICK_START);
    command.addAll(options);
    // What the JVM says about a cache that does not fit would go to standard output.
    command.add("-Xlog:disable");
    command.add("-Xlog:all=error:stderr");
    command.add("-cp");
    List<String> path = new ArrayList<>(List.of(classPath.text(), jar.toString()));
    folders.forEach(folder -> path.add(folder.toString()));
    command.add(String.join(File.pathSeparator, path));
    command.add(main.getName());
    return command;
  }

  /** All jars that an AOT cache depends on. */
  List<Path> jars() {
    List<Path> jars = new ArrayList<>(classPath.libraries());
    jars.add(jar);
    return jars;
  }

  /** The jar or folder that a class of ours comes from. */
  static Path locationOf(Class<?> type) {
    try {
      return Path.of(
          Objects.requireNonNull(type.getProtectionDomain().getCodeSource()).getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException("a strange class path entry", e);
    }
  }

  private static byte[] jarContent() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JarOutputStream jar = new JarOutputStream(bytes)) {
      for (Class<?> type : CONTENT) {
        String name = type.getName().replace('.', '/') + ".class";
        JarEntry entry = new JarEntry(name);
        entry.setTime(0);
        jar.putNextEntry(entry);
        try (InputStream content =
            Objects.requireNonNull(Launcher.class.getResourceAsStream("/" + name))) {
          content.transferTo(jar);
        }
        jar.closeEntry();
      }
    }
    return bytes.toByteArray();
  }
}
