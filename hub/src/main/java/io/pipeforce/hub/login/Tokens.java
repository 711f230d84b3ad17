package io.pipeforce.hub.login;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes tokens and knows its own again: a kind, a user and an end, signed (HMAC-SHA-256) with the
 * hub's secret, so that a restart forgets none.
 */
final class Tokens {
  /** What a token is good for. */
  enum Kind {
    ACCESS(Duration.ofMinutes(5)),
    REFRESH(Duration.ofDays(30));

    private final Duration life;

    Kind(Duration life) {
      this.life = life;
    }

    Duration life() {
      return life;
    }
  }

  private static final String ALGORITHM = "HmacSHA256";
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

  private final SecretKeySpec key;
  private final InstantSource clock;

  Tokens(String secret, InstantSource clock) {
    key = new SecretKeySpec(("tokens " + secret).getBytes(StandardCharsets.UTF_8), ALGORITHM);
    this.clock = clock;
  }

  String make(Kind kind, String user) {
    long end = clock.instant().plus(kind.life()).getEpochSecond();
    String content = encode((kind + " " + end + " " + user).getBytes(StandardCharsets.UTF_8));
    return content + "." + encode(signature(content));
  }

  /** Whose it is, when it is of this kind, signed by us, and its end has not come. */
  Optional<String> user(Kind kind, String token) {
    String[] parts = token.split("\\.", -1);
    if (parts.length != 2
        || !MessageDigest.isEqual(
            encode(signature(parts[0])).getBytes(StandardCharsets.UTF_8),
            parts[1].getBytes(StandardCharsets.UTF_8))) {
      return Optional.empty();
    }
    String[] content =
        new String(Base64.getUrlDecoder().decode(parts[0]), StandardCharsets.UTF_8).split(" ", 3);
    boolean good =
        content[0].equals(kind.name())
            && clock.instant().getEpochSecond() < Long.parseLong(content[1]);
    return good ? Optional.of(content[2]) : Optional.empty();
  }

  private byte[] signature(String content) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return mac.doFinal(content.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + ALGORITHM, e);
    }
  }

  private static String encode(byte[] octets) {
    return ENCODER.encodeToString(octets);
  }
}
