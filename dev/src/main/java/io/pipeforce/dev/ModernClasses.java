package io.pipeforce.dev;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;

/**
 * Rewrites a library whose classes have a format from before Java 6, such as picocli's: an AOT
 * cache cannot hold those ("Old class has been linked"), and to load and verify them takes a third
 * of the time of {@code pi send}. Only their version and their stack maps change; see
 * docs/adr/0004-picocli-is-rewritten-before-it-is-cached.md.
 */
final class ModernClasses {
  /** Java 8: everything a class of Java 5 may contain means the same there. */
  private static final int VERSION = ClassFile.JAVA_8_VERSION;

  private ModernClasses() {}

  /** Rewrites the jars that are named, each in one step. */
  public static void main(String[] args) throws IOException {
    for (String arg : args) {
      Path jar = Path.of(arg);
      Path fresh = jar.resolveSibling(jar.getFileName() + ".tmp");
      rewrite(jar, fresh);
      Files.move(fresh, jar, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  static void rewrite(Path from, Path to) throws IOException {
    try (JarFile jar = new JarFile(from.toFile());
        OutputStream file = Files.newOutputStream(to);
        JarOutputStream out = new JarOutputStream(file)) {
      for (JarEntry entry : Collections.list(jar.entries())) {
        out.putNextEntry(new JarEntry(entry.getName()));
        try (InputStream in = jar.getInputStream(entry)) {
          byte[] content = in.readAllBytes();
          out.write(entry.getName().endsWith(".class") ? modern(content) : content);
        }
        out.closeEntry();
      }
    }
  }

  private static byte[] modern(byte[] content) {
    // A constant pool of its own makes it write each method anew, with its stack map.
    ClassFile format =
        ClassFile.of(
            ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
            ClassFile.ConstantPoolSharingOption.NEW_POOL);
    ClassModel old = format.parse(content);
    if (old.majorVersion() >= ClassFile.JAVA_6_VERSION) {
      return content;
    }
    ClassTransform version =
        (builder, element) -> {
          if (element instanceof ClassFileVersion) {
            builder.withVersion(VERSION, 0);
          } else {
            builder.with(element);
          }
        };
    return format.transformClass(
        old, version.andThen(ClassTransform.transformingMethodBodies(CodeBuilder::with)));
  }
}
