package io.pipeforce.cli;

import java.util.Objects;
import picocli.CommandLine.IVersionProvider;

/** What {@code pi --version} prints. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String version =
        Objects.requireNonNullElse(
            Pi.class.getPackage().getImplementationVersion(), "(not packaged)");
    return new String[] {"pi " + version + " on Java " + Runtime.version()};
  }
}
