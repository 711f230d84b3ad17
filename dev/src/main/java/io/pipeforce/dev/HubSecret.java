package io.pipeforce.dev;

import io.pipeforce.cli.CommandFailedException;
import io.pipeforce.cli.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;

/** The secret of a hub, in a file that nobody else can read, so that tokens outlive a restart. */
final class HubSecret {
  private static final int OCTETS = 32;

  private HubSecret() {}

  /**
   * Reads it, or makes it.
   *
   * @throws CommandFailedException when the file is there and holds none
   */
  static String in(Path folder) throws IOException {
    Path file = folder.resolve("secret");
    if (Files.exists(file)) {
      String secret = Files.readString(file).strip();
      if (secret.length() < OCTETS) {
        throw new CommandFailedException(
            ExitCode.FAILED, file + " holds no secret; delete it, and a new one is made");
      }
      return secret;
    }
    Files.createDirectories(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    byte[] random = new byte[OCTETS];
    new SecureRandom().nextBytes(random);
    String secret = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    Path fresh = Files.createTempFile(folder, "secret", ".tmp");
    Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-------"));
    Files.writeString(fresh, secret);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    return secret;
  }
}
