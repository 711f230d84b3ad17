package service;

import static org.assertj.core.api.Assertions.assertThat;

import com.puppycrawl.tools.checkstyle.Checker;
import com.puppycrawl.tools.checkstyle.ConfigurationLoader;
import com.puppycrawl.tools.checkstyle.PropertiesExpander;
import com.puppycrawl.tools.checkstyle.api.AuditEvent;
import com.puppycrawl.tools.checkstyle.api.AuditListener;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The linter as a test. The same by hand: mvn checkstyle:check. The rules are in checkstyle.xml. */
class CodestyleTest {

  @Test
  void the_code_follows_checkstyle_xml() throws Exception {
    Findings findings = new Findings();
    Checker checker = new Checker();
    checker.setModuleClassLoader(Checker.class.getClassLoader());
    checker.configure(
        ConfigurationLoader.loadConfiguration(
            "checkstyle.xml", new PropertiesExpander(new Properties())));
    checker.addListener(findings);
    checker.process(javaFiles());
    checker.destroy();

    assertThat(findings.lines).isEmpty();
  }

  private static List<File> javaFiles() throws Exception {
    try (Stream<Path> files = Files.walk(Path.of("src"))) {
      return files.filter(file -> file.toString().endsWith(".java")).map(Path::toFile).toList();
    }
  }

  private static final class Findings implements AuditListener {
    private final List<String> lines = new ArrayList<>();

    @Override
    public void addError(AuditEvent event) {
      lines.add(event.getFileName() + ":" + event.getLine() + ": " + event.getMessage());
    }

    @Override
    public void addException(AuditEvent event, Throwable throwable) {
      lines.add(event.getFileName() + ": " + throwable);
    }

    @Override
    public void auditStarted(AuditEvent event) {}

    @Override
    public void auditFinished(AuditEvent event) {}

    @Override
    public void fileStarted(AuditEvent event) {}

    @Override
    public void fileFinished(AuditEvent event) {}
  }
}
