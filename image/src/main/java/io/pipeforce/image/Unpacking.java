package io.pipeforce.image;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** Applies the layers of an image, one over the other, to a folder. */
final class Unpacking {
  private static final String WHITEOUT = ".wh.";
  private static final String OPAQUE = ".wh..wh..opq";

  /** What nobody's image has, and what a few kilobytes of gzip can grow to. */
  private static final long MOST_BYTES = 32L << 30;

  private static final int MOST_ENTRIES = 2_000_000;

  private final RootFolder root;
  private long bytes;
  private int entries;

  Unpacking(Path folder) throws IOException {
    this.root = new RootFolder(folder);
  }

  /** Begins with what is unpacked elsewhere, instead of its layers. */
  void share(Path unpacked) throws IOException {
    root.share(unpacked);
  }

  void apply(String mediaType, Path layer) throws IOException {
    root.beginLayer();
    try (InputStream file = new BufferedInputStream(Files.newInputStream(layer), 1 << 16);
        TarArchiveInputStream tar =
            new TarArchiveInputStream(decompressed(mediaType, file), "UTF-8")) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        apply(entry, tar);
      }
    } catch (ZipException | IllegalArgumentException e) {
      throw new ImageException("the image is broken: one of its layers cannot be read", e);
    }
  }

  private void apply(TarArchiveEntry entry, InputStream content) throws IOException {
    String name = entry.getName().replaceFirst("^(\\./)+", "").replaceFirst("/+$", "");
    bytes += Math.max(0, entry.getSize());
    if (++entries > MOST_ENTRIES || bytes > MOST_BYTES) {
      throw new ImageException(
          "the image is not unpacked: it has more than " + MOST_ENTRIES + " files or 32 GB");
    }
    int slash = name.lastIndexOf('/');
    String last = name.substring(slash + 1);
    String folder = slash < 0 ? "" : name.substring(0, slash);
    if (last.equals(OPAQUE)) {
      root.opaque(folder);
    } else if (last.startsWith(WHITEOUT)) {
      root.whiteout(folder, last.substring(WHITEOUT.length()));
    } else if (entry.isSymbolicLink()) {
      root.symbolicLink(name, entry.getLinkName());
    } else if (entry.isLink()) {
      root.hardLink(name, entry.getLinkName());
    } else if (entry.isDirectory()) {
      if (!name.isEmpty() && !name.equals(".")) {
        root.folder(name, entry.getMode());
      }
    } else if (entry.isCharacterDevice() || entry.isBlockDevice() || entry.isFIFO()) {
      throw RootFolder.refused(name, "a device");
    } else if (entry.isFile() && !entry.isSparse()) {
      root.file(name, entry.getMode(), entry.getLastModifiedTime(), content);
    } else {
      throw RootFolder.refused(name, "neither a file, a folder nor a link");
    }
  }

  private static InputStream decompressed(String mediaType, InputStream file) throws IOException {
    if (mediaType.contains("zstd")) {
      throw new ImageException(
          "the image is not unpacked: its layers are compressed with zstd; build it with gzip");
    }
    file.mark(2);
    boolean gzip = file.read() == 0x1f && file.read() == 0x8b;
    file.reset();
    return gzip ? new GZIPInputStream(file, 1 << 16) : file;
  }
}
