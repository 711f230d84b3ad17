package io.pipeforce.broker.session;

import io.pipeforce.broker.wire.FieldTable;
import io.pipeforce.broker.wire.MalformedFrameException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** The one user, and the SASL mechanisms by which it shows that it is. */
public final class Credentials {
  public static final String USER = "guest";
  public static final String PASSWORD = "guest";

  private static final List<String> KNOWN = List.of("PLAIN", "AMQPLAIN", "ANONYMOUS");
  static final String MECHANISMS = String.join(" ", KNOWN);

  private Credentials() {}

  static boolean knows(String mechanism) {
    return KNOWN.contains(mechanism);
  }

  /**
   * The user who has shown who they are; empty when they have not.
   *
   * @throws MalformedFrameException when the mechanism has no such response
   */
  static Optional<String> user(String mechanism, byte[] response) {
    boolean accepted =
        switch (mechanism) {
          case "PLAIN" -> plain(response);
          case "AMQPLAIN" -> amqplain(response);
          default -> true;
        };
    return accepted ? Optional.of(USER) : Optional.empty();
  }

  /**
   * Whoever can reach the broker from elsewhere knows this user's password: as RabbitMQ's {@code
   * loopback_users}.
   */
  static boolean isForThisMachineOnly(String user) {
    return user.equals(USER);
  }

  /**
   * RFC 4616: authorization identity, user, password, with a zero octet before the last two. As
   * RabbitMQ, it lets nobody act for somebody else.
   */
  private static boolean plain(byte[] response) {
    String[] parts = new String(response, StandardCharsets.UTF_8).split("\0", -1);
    if (parts.length != 3 || !parts[0].isEmpty()) {
      throw new MalformedFrameException("a response that PLAIN does not have");
    }
    return matches(parts[1], parts[2]);
  }

  private static boolean amqplain(byte[] response) {
    FieldTable table = FieldTable.decode(response);
    if (table.get("LOGIN") == null || table.get("PASSWORD") == null) {
      throw new MalformedFrameException("a response that AMQPLAIN does not have");
    }
    return matches(table.text("LOGIN").orElse(""), table.text("PASSWORD").orElse(""));
  }

  /** The password as RabbitMQ keeps it: a salt, and SHA-256 of salt and password. */
  public static String passwordHash() {
    byte[] salt = {'p', 'i', 'p', 'e'};
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(salt);
      byte[] hash = digest.digest(PASSWORD.getBytes(StandardCharsets.UTF_8));
      ByteBuffer both = ByteBuffer.allocate(salt.length + hash.length).put(salt).put(hash);
      return Base64.getEncoder().encodeToString(both.array());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  public static boolean matches(String user, String password) {
    return user.equals(USER) && password.equals(PASSWORD);
  }
}
