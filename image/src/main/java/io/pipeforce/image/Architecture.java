package io.pipeforce.image;

/** What this machine is called in images. */
final class Architecture {
  private Architecture() {}

  static String ofThisMachine() {
    return switch (System.getProperty("os.arch", "")) {
      case "aarch64" -> "arm64";
      default -> "amd64";
    };
  }
}
