package io.pipeforce.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That a cache is made and used, ImageCommandTest and ContainersTest tell. */
class ImageStartCacheTest {
  @TempDir private Path folder;

  @Test
  void what_no_build_has_used_for_long_is_forgotten() throws IOException {
    Instant now = Instant.now();
    Path old = Files.createDirectories(folder.resolve("old"));
    Files.writeString(old.resolve("cache.aot"), "x");
    Files.setLastModifiedTime(old, FileTime.from(now.minusSeconds(60)));
    Path used = Files.createDirectories(folder.resolve("used"));
    Path file = Files.writeString(folder.resolve("launcher.jar"), "x");
    Files.setLastModifiedTime(file, FileTime.from(now.minusSeconds(60)));

    ImageStartCache.forget(folder, now.minusSeconds(30));

    assertThat(folder).isDirectoryNotContaining("glob:**/old");
    assertThat(used).exists();
    assertThat(file).exists();
  }

  @Test
  void a_java_that_is_none_is_told_and_leaves_nothing() throws IOException {
    Path java = Files.createDirectories(folder.resolve("java/bin"));
    Files.writeString(java.resolve("../release"), "JAVA_VERSION=1");
    Files.writeString(java.resolve("java"), "#!/bin/sh\necho no such option; exit 1\n");
    java.resolve("java").toFile().setExecutable(true);
    ImageStartCache cache =
        new ImageStartCache(Map.of("XDG_CACHE_HOME", folder.resolve("cache").toString()));

    assertThatThrownBy(() -> cache.of(java.getParent(), List.of()))
        .isInstanceOf(IOException.class)
        .hasMessage("the rehearsal failed: no such option");
    assertThat(folder.resolve("cache/pipeforce/start").toFile().list())
        .containsExactly("launcher.jar");
  }
}
