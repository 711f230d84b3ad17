package io.pipeforce.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnpackingTest {
  @TempDir private Path folder;
  private ImageStore store;
  private TestImage image;
  private Path outside;

  @BeforeEach
  void makeStore() throws IOException {
    store = ImageStore.in(folder.resolve("store"));
    image = new TestImage(store);
    outside = Files.writeString(folder.resolve("outside"), "untouched");
  }

  private Path unpacked() throws IOException {
    return store.unpack(image.keep("pipeforce-registry/test"));
  }

  @Test
  void files_folders_and_links_come_with_rights_and_times() throws IOException {
    image
        .layer()
        .folder("app", 0755)
        .file("./app/run.sh", "#!/bin/sh", 0755)
        .file("app/deep/er/file", "deep")
        .symbolicLink("app/link", "run.sh")
        .hardLink("app/same", "app/run.sh")
        .file("app/Ünïcode " + "x".repeat(150), "long");

    Path root = unpacked();

    Path script = root.resolve("app/run.sh");
    assertThat(script).hasContent("#!/bin/sh");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(script)))
        .isEqualTo("rwxr-xr-x");
    assertThat(Files.getLastModifiedTime(script).toMillis()).isEqualTo(1_000);
    assertThat(root.resolve("app/deep/er/file")).hasContent("deep");
    assertThat(root.resolve("app/link")).isSymbolicLink().hasContent("#!/bin/sh");
    assertThat(root.resolve("app/same")).hasContent("#!/bin/sh");
    assertThat(root.resolve("app/Ünïcode " + "x".repeat(150))).hasContent("long");
  }

  @Test
  void a_file_that_is_nobodys_to_write_stays_the_users_to_remove() throws IOException {
    image.layer().folder("closed", 0).file("closed/file", "x", 04000).file("closed/other", "y", 0);

    Path root = unpacked();

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(root.resolve("closed"))))
        .isEqualTo("rwx------");
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(root.resolve("closed/other"))))
        .isEqualTo("rw-------");
    assertThat((Integer) Files.getAttribute(root.resolve("closed/file"), "unix:mode") & 07000)
        .isZero();
  }

  @Test
  void a_higher_layer_replaces_what_a_lower_one_brought() throws IOException {
    image
        .layer()
        .file("a", "old")
        .file("folder/x", "old")
        .file("shared", "lower")
        .hardLink("twin", "shared")
        .symbolicLink("link", "a");
    image
        .layer()
        .file("a", "new")
        .file("folder", "now a file")
        .file("shared", "higher")
        .folder("link", 0755)
        .file("link/inside", "x");

    Path root = unpacked();

    assertThat(root.resolve("a")).hasContent("new");
    assertThat(root.resolve("folder")).hasContent("now a file");
    assertThat(root.resolve("shared")).hasContent("higher");
    assertThat(root.resolve("twin")).hasContent("lower");
    assertThat(root.resolve("link/inside")).hasContent("x");
    assertThat(root.resolve("link")).isDirectory();
  }

  @Test
  void whiteouts_take_away_what_lower_layers_brought_and_nothing_else() throws IOException {
    image
        .layer()
        .file("gone", "x")
        .file("tree/gone", "x")
        .file("dir/old", "x")
        .file("dir/sub/old", "x")
        .file("dir/.wh.not-there", "");
    image
        .layer()
        .file(".wh.gone", "")
        .file(".wh.tree", "")
        .file("dir/sub/new", "new")
        .file("dir/.wh..wh..opq", "")
        .file("dir/other", "new");

    Path root = unpacked();

    assertThat(root.resolve("gone")).doesNotExist();
    assertThat(root.resolve("tree")).doesNotExist();
    assertThat(root.resolve("dir/old")).doesNotExist();
    assertThat(root.resolve("dir/sub/old")).doesNotExist();
    assertThat(root.resolve("dir/sub/new")).hasContent("new");
    assertThat(root.resolve("dir/other")).hasContent("new");
    try (Stream<Path> files = Files.walk(root)) {
      assertThat(files).noneMatch(file -> String.valueOf(file.getFileName()).startsWith(".wh."));
    }
  }

  @Test
  void an_absolute_link_begins_at_the_root_of_the_image_and_not_of_the_machine()
      throws IOException {
    image
        .layer()
        .file("usr/lib/jvm/bin/java", "java")
        .symbolicLink("opt/java/openjdk", "/usr/lib/jvm")
        .symbolicLink("etc/passwd", "/etc/shadow")
        .symbolicLink("etc/up", "../usr/lib/../lib/jvm/bin/java")
        .symbolicLink("self", "/")
        .file("opt/java/openjdk/bin/javac", "through the link");

    Path root = unpacked();

    assertThat(root.resolve("opt/java/openjdk/bin/java")).hasContent("java");
    assertThat(root.resolve("usr/lib/jvm/bin/javac")).hasContent("through the link");
    assertThat(Files.readSymbolicLink(root.resolve("etc/passwd"))).hasToString("../etc/shadow");
    assertThat(root.resolve("etc/up")).hasContent("java");
    assertThat(root.resolve("self").toRealPath()).isEqualTo(root.toRealPath());
  }

  @Test
  void a_hard_link_to_a_symbolic_link_leads_to_the_same_file() throws IOException {
    image
        .layer()
        .file("a/b/file", "x")
        .symbolicLink("a/b/link", "file")
        .hardLink("twin", "a/b/link");

    assertThat(unpacked().resolve("twin")).hasContent("x");
  }

  /** A way to write or read outside, as entries of a layer. */
  interface Attack {
    void in(TestImage image, Path outside) throws IOException;
  }

  static Stream<Attack> attacks() {
    return Stream.of(
        (image, _) -> image.layer().file("../outside", "evil"),
        (image, _) -> image.layer().file("a/../../../outside", "evil"),
        (image, _) -> image.layer().file("./../outside", "evil"),
        (image, outside) -> image.layer().file(outside.toString(), "evil"),
        (image, outside) -> image.layer().folder(outside + "-folder", 0777),
        (image, _) -> image.layer().symbolicLink("link", "../../../outside"),
        (image, _) -> image.layer().symbolicLink("a/b/link", "../../../outside"),
        (image, _) ->
            image
                .layer()
                .symbolicLink("m", ".")
                .symbolicLink("m/l", "m/m/m/../../../../../../outside"),
        (image, _) -> image.layer().symbolicLink("a/link", "/../outside"),
        (image, _) -> image.layer().symbolicLink("../link", "outside"),
        (image, outside) -> image.layer().hardLink("link", outside.toString()),
        (image, _) -> image.layer().hardLink("link", "../../../outside"),
        (image, _) -> image.layer().hardLink("link", "not-there"),
        (image, _) -> image.layer().folder("a", 0755).hardLink("link", "a"),
        (image, _) -> image.layer().hardLink("../link", "x"),
        (image, _) -> image.layer().file("../.wh.outside", ""),
        (image, _) -> image.layer().file("a/.wh...", ""),
        (image, _) -> image.layer().file(".wh..", ""),
        (image, _) -> image.layer().file(".wh.", ""),
        (image, _) -> image.layer().symbolicLink("a", "b").symbolicLink("b", "a").file("a/x", "x"),
        (image, _) -> image.layer().file("file", "x").file("file/below", "x"),
        (image, _) -> image.layer().special("null", TarConstants.LF_CHR),
        (image, _) -> image.layer().special("disk", TarConstants.LF_BLK),
        (image, _) -> image.layer().special("pipe", TarConstants.LF_FIFO),
        (image, _) -> image.layer().file("..", "x"),
        (image, _) -> image.layer().file("", "x"));
  }

  @ParameterizedTest
  @MethodSource("attacks")
  void whoever_tries_to_get_out_is_refused_and_leaves_nothing(Attack attack) throws IOException {
    attack.in(image, outside);

    assertThatThrownBy(this::unpacked)
        .isInstanceOf(ImageException.class)
        .hasMessageStartingWith("the image is not unpacked: its entry ")
        .hasMessageEndingWith("; use an image of somebody you trust");

    assertThat(outside).hasContent("untouched");
    assertThat(folder.resolve("store/unpacked")).isEmptyDirectory();
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactlyInAnyOrder(outside, folder.resolve("store"));
    }
  }

  /** These are no attacks on a kernel that has the image as its root; they stay inside here too. */
  @ParameterizedTest
  @ValueSource(strings = {"/", "/etc", "../../..", "."})
  void what_is_written_through_a_link_stays_inside(String target) throws IOException {
    image.layer().symbolicLink("a/b/c/link", target).file("a/b/c/link/outside", "inside");

    Path root = unpacked();

    assertThat(outside).hasContent("untouched");
    try (Stream<Path> files = Files.walk(root)) {
      assertThat(
              files
                  .filter(file -> file.endsWith("outside"))
                  .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)))
          .hasSize(1);
    }
  }

  @Test
  void it_is_unpacked_once_for_all_images_of_the_same_digest() throws IOException {
    image.layer().file("a", "x");
    StoredImage first = image.keep("pipeforce-registry/first");
    StoredImage second = store.keep(ImageName.parse("second"), manifestOf(first));

    Path root = store.unpack(first);
    Files.writeString(root.resolve("mark"), "was here");

    assertThat(second.digest()).isEqualTo(first.digest());
    assertThat(store.unpack(second)).isEqualTo(root).isDirectoryContaining("glob:**/mark");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(root)))
        .isEqualTo("rwxr-xr-x");
  }

  @Test
  void an_image_shares_the_files_of_its_unpacked_base_and_changes_none_of_them()
      throws IOException {
    image
        .layer()
        .folder("etc", 0700)
        .file("etc/replaced", "base")
        .file("etc/removed", "base")
        .file("usr/kept", "base")
        .symbolicLink("link", "usr/kept");
    StoredImage base = image.keep("base");
    image.layer().folder("etc", 0755).file("etc/replaced", "top").file("etc/.wh.removed", "");
    StoredImage top = image.keep("top");

    Path below = store.unpack(base);
    Path root = store.unpack(top);

    assertThat(root.resolve("etc/replaced")).hasContent("top");
    assertThat(root.resolve("etc/removed")).doesNotExist();
    assertThat(root.resolve("link")).isSymbolicLink().hasContent("base");
    assertThat(Files.isSameFile(root.resolve("usr/kept"), below.resolve("usr/kept"))).isTrue();
    assertThat(below.resolve("etc/replaced")).hasContent("base");
    assertThat(below.resolve("etc/removed")).hasContent("base");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(below.resolve("etc"))))
        .isEqualTo("rwx------");
  }

  private Manifest manifestOf(StoredImage of) throws IOException {
    return Manifest.read(store.layout().read(Digest.parse(of.digest())));
  }

  @Test
  void a_broken_layer_is_told_and_what_a_killed_process_left_is_removed() throws IOException {
    Path leftover = folder.resolve("store/unpacked/.unpacking-1/a");
    Files.createDirectories(leftover);
    Digest broken = store.layout().put("\u001f\u008bno gzip".getBytes(StandardCharsets.ISO_8859_1));
    StoredImage kept = image.keep("pipeforce-registry/test");
    Manifest.Part layer = new Manifest.Part(Manifest.OCI_LAYER, broken, 9);
    StoredImage bad =
        store.keep(
            ImageName.parse("bad"),
            new Manifest(Manifest.OCI, manifestOf(kept).config(), List.of(layer)));

    assertThatThrownBy(() -> store.unpack(bad))
        .isInstanceOf(ImageException.class)
        .hasMessage("the image is broken: one of its layers cannot be read");
    assertThat(folder.resolve("store/unpacked")).isEmptyDirectory();
  }
}
