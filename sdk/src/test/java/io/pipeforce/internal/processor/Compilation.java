package io.pipeforce.internal.processor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Compiles sources with the processor, as javac does for a user. */
record Compilation(Path output, List<Diagnostic<? extends JavaFileObject>> diagnostics) {
  private static final Pattern PACKAGE = Pattern.compile("package ([\\w.]+);");
  private static final Pattern TYPE =
      Pattern.compile(
          "^(?:public |abstract |final )*(?:class|interface|record) (\\w+)", Pattern.MULTILINE);

  static Compilation of(Path output, String... sources) {
    JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> collector = new DiagnosticCollector<>();
    List<JavaFileObject> files = new ArrayList<>();
    for (String source : sources) {
      files.add(new Source(source));
    }
    javac
        .getTask(
            null,
            null,
            collector,
            List.of(
                "-processor",
                EventProcessor.class.getName(),
                "-classpath",
                System.getProperty("java.class.path") + java.io.File.pathSeparator + output,
                "-d",
                output.toString()),
            null,
            files)
        .call();
    return new Compilation(output, collector.getDiagnostics());
  }

  /** Each error as {@code LINE: MESSAGE}. */
  List<String> errors() {
    return diagnostics.stream()
        .filter(diagnostic -> diagnostic.getKind() == Diagnostic.Kind.ERROR)
        .map(
            diagnostic -> diagnostic.getLineNumber() + ": " + diagnostic.getMessage(Locale.ENGLISH))
        .toList();
  }

  /** The services that the index lists. */
  List<String> index() {
    Path index = output.resolve(ServiceIndex.PATH);
    try {
      return Files.exists(index) ? Files.readAllLines(index) : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String text) {
      super(URI.create("string:///" + path(text) + ".java"), Kind.SOURCE);
      this.text = text;
    }

    private static String path(String text) {
      Matcher named = PACKAGE.matcher(text);
      Matcher type = TYPE.matcher(text);
      if (!named.find() || !type.find()) {
        throw new IllegalArgumentException(text);
      }
      return named.group(1).replace('.', '/') + "/" + type.group(1);
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
