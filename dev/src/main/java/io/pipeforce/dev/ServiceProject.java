package io.pipeforce.dev;

import io.pipeforce.cli.CommandFailedException;
import io.pipeforce.cli.ExitCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/**
 * A service under development.
 *
 * @param folder its folder, absolute
 * @param name the artifactId of its POM
 */
record ServiceProject(Path folder, String name) {

  /**
   * The project in this folder.
   *
   * @throws CommandFailedException when there is none; says what one looks like
   */
  static ServiceProject in(Path folder) {
    return find(folder)
        .orElseThrow(() ->
            new CommandFailedException(
                ExitCode.USAGE,
                "no service project in "
                    + folder.toAbsolutePath().normalize()
                    + ": its pom.xml would have the parent io.pipeforce:service-parent; make"
                    + " one with pi new NAME"));
  }

  /** The project in this folder, when there is one. */
  static Optional<ServiceProject> find(Path folder) {
    Path absolute = folder.toAbsolutePath().normalize();
    Path pom = absolute.resolve("pom.xml");
    if (!Files.isRegularFile(pom)) {
      return Optional.empty();
    }
    Element project = parse(pom);
    return child(project, "parent")
        .flatMap(parent -> child(parent, "artifactId"))
        .filter(parent -> parent.getTextContent().strip().equals("service-parent"))
        .flatMap(_ -> child(project, "artifactId"))
        .map(artifact -> new ServiceProject(absolute, artifact.getTextContent().strip()));
  }

  Path pom() {
    return folder.resolve("pom.xml");
  }

  Path sources() {
    return folder.resolve("src/main/java");
  }

  Path resources() {
    return folder.resolve("src/main/resources");
  }

  /** Where the hub keeps what outlives it; not under version control. */
  Path hubFolder() {
    return folder.resolve(".pi/hub");
  }

  /** Where {@code pi dev} keeps what it makes; not under version control. */
  Path workFolder() {
    return folder.resolve(".pi/dev");
  }

  private static Element parse(Path pom) {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultNSInstance();
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      DocumentBuilder builder = factory.newDocumentBuilder();
      // Throws on errors; the default prints them as well.
      builder.setErrorHandler(new DefaultHandler());
      return Objects.requireNonNull(builder.parse(pom.toFile()).getDocumentElement());
    } catch (SAXException e) {
      throw new CommandFailedException(ExitCode.FAILED, pom + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + pom, e);
    } catch (ParserConfigurationException e) {
      throw new IllegalStateException("the JDK's XML parser lacks a standard feature", e);
    }
  }

  private static Optional<Element> child(Element parent, String name) {
    for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node instanceof Element element && name.equals(element.getLocalName())) {
        return Optional.of(element);
      }
    }
    return Optional.empty();
  }
}
