package io.pipeforce.dev;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code service-parent} stands alone, so it repeats versions; they have to stay the same. */
class VersionsTest {
  @Test
  void a_service_gets_the_sdk_of_its_parent() throws IOException {
    String version = element("pom.xml", "version");

    assertThat(element("service-parent/pom.xml", "version")).isEqualTo(version);
    assertThat(element("service-parent/pom.xml", "pipeforce.version")).isEqualTo(version);
    assertThat(element("template/pom.xml", "version")).isEqualTo(version);
  }

  @ParameterizedTest
  @ValueSource(strings = {"junit.version", "assertj.version", "maven.compiler.release"})
  void a_service_is_tested_with_what_the_sdk_is_tested_with(String property) throws IOException {
    assertThat(element("service-parent/pom.xml", property)).isEqualTo(element("pom.xml", property));
  }

  /** The first element of this name. */
  private static String element(String pom, String name) throws IOException {
    Matcher matcher =
        Pattern.compile("<" + Pattern.quote(name) + ">([^<]+)</")
            .matcher(Files.readString(PiProcess.HOME.resolve(pom)));
    assertThat(matcher.find()).as(name + " in " + pom).isTrue();
    return matcher.group(1);
  }
}
