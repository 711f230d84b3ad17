package io.pipeforce.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Makes images of layers that are written entry by entry, such as nobody's tool would. */
final class TestImage {
  static final String CONFIG =
      """
      {"architecture":"amd64","os":"linux","created":"2026-11-24T00:00:00Z","config":{
      "Entrypoint":["/entry"],"Cmd":["./run-service.sh"],"WorkingDir":"/app",
      "Env":["PATH=/bin","EQUALS=a=b"],"Labels":{"io.pipeforce.health-port":"8090"}}}
      """;

  private final ImageStore store;
  private final List<Layer> layers = new ArrayList<>();

  TestImage(ImageStore store) {
    this.store = store;
  }

  Layer layer() {
    Layer layer = new Layer();
    layers.add(layer);
    return layer;
  }

  StoredImage keep(String name) throws IOException {
    return keep(name, CONFIG);
  }

  StoredImage keep(String name, String config) throws IOException {
    List<Manifest.Part> parts = new ArrayList<>();
    for (Layer layer : layers) {
      parts.add(put(Manifest.OCI_LAYER, layer.bytes()));
    }
    Manifest.Part described = put(Manifest.OCI_CONFIG, config.getBytes(StandardCharsets.UTF_8));
    return store.keep(ImageName.parse(name), new Manifest(Manifest.OCI, described, parts));
  }

  private Manifest.Part put(String mediaType, byte[] content) throws IOException {
    return new Manifest.Part(mediaType, store.layout().put(content), content.length);
  }

  /** A tar archive; names are taken as they are. */
  static final class Layer {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final TarArchiveOutputStream tar;
    private boolean closed;

    Layer() {
      try {
        tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes), "UTF-8");
      } catch (IOException e) {
        throw new AssertionError(e);
      }
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
    }

    Layer file(String name, String content) throws IOException {
      return file(name, content, 0644);
    }

    Layer file(String name, String content, int mode) throws IOException {
      byte[] text = content.getBytes(StandardCharsets.UTF_8);
      TarArchiveEntry entry = new TarArchiveEntry(name, true);
      entry.setSize(text.length);
      entry.setMode(0100000 | mode);
      entry.setModTime(1_000);
      entry.setUserId(0);
      tar.putArchiveEntry(entry);
      tar.write(text);
      tar.closeArchiveEntry();
      return this;
    }

    Layer folder(String name, int mode) throws IOException {
      TarArchiveEntry entry = new TarArchiveEntry(name + "/", true);
      entry.setMode(040000 | mode);
      return put(entry);
    }

    Layer symbolicLink(String name, String target) throws IOException {
      return link(name, target, TarConstants.LF_SYMLINK);
    }

    Layer hardLink(String name, String target) throws IOException {
      return link(name, target, TarConstants.LF_LINK);
    }

    Layer special(String name, byte type) throws IOException {
      return put(new TarArchiveEntry(name, type, true));
    }

    private Layer link(String name, String target, byte type) throws IOException {
      TarArchiveEntry entry = new TarArchiveEntry(name, type, true);
      entry.setLinkName(target);
      return put(entry);
    }

    private Layer put(TarArchiveEntry entry) throws IOException {
      tar.putArchiveEntry(entry);
      tar.closeArchiveEntry();
      return this;
    }

    byte[] bytes() throws IOException {
      if (!closed) {
        tar.close();
        closed = true;
      }
      return bytes.toByteArray();
    }
  }
}
