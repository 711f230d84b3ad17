package io.pipeforce.internal.processor;

import io.pipeforce.BaseService;
import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.Element;
import javax.lang.model.element.TypeElement;
import javax.tools.StandardLocation;

/** The {@link java.util.ServiceLoader} file that names the services of a jar. */
final class ServiceIndex {
  static final String PATH = "META-INF/services/" + BaseService.class.getName();

  private final ProcessingEnvironment environment;
  private boolean exists;

  ServiceIndex(ProcessingEnvironment environment) {
    this.environment = environment;
  }

  /** The classes that an earlier compilation into the same folder listed, if they still exist. */
  List<TypeElement> read() throws IOException {
    List<TypeElement> listed = new ArrayList<>();
    try (BufferedReader reader =
        new BufferedReader(
            environment
                .getFiler()
                .getResource(StandardLocation.CLASS_OUTPUT, "", PATH)
                .openReader(true))) {
      exists = true;
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        TypeElement type =
            environment.getElementUtils().getTypeElement(line.strip().replace('$', '.'));
        if (type != null) {
          listed.add(type);
        }
      }
    } catch (NoSuchFileException | FileNotFoundException e) {
      return List.of();
    }
    return listed;
  }

  void write(Set<String> names, Element... origins) throws IOException {
    if (names.isEmpty() && !exists) {
      return;
    }
    try (Writer writer =
        environment
            .getFiler()
            .createResource(StandardLocation.CLASS_OUTPUT, "", PATH, origins)
            .openWriter()) {
      for (String name : names) {
        writer.write(name + "\n");
      }
    }
  }
}
