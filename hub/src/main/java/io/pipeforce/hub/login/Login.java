package io.pipeforce.hub.login;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Who may call: the hub's one user, by name and password, by a token of {@code iam.token}, or by
 * the API token, which is the password alone. Thread-safe. Neither is ever printed.
 */
public final class Login {
  private final String user;
  private final String secret;
  private final Tokens tokens;

  /**
   * @param secret password and API token
   */
  public Login(String user, String secret, InstantSource clock) {
    this.user = user;
    this.secret = secret;
    this.tokens = new Tokens(secret, clock);
  }

  /** Whether a header {@code Authorization} shows that the caller is the user. */
  public boolean accepts(String authorization) {
    String[] parts = authorization.strip().split("\\s+", 2);
    if (parts.length != 2) {
      return false;
    }
    return switch (parts[0].toLowerCase(Locale.ROOT)) {
      case "bearer" -> tokens.user(Tokens.Kind.ACCESS, parts[1]).filter(user::equals).isPresent();
      case "apitoken" -> isSecret(parts[1]);
      case "basic" -> basic(parts[1]);
      default -> false;
    };
  }

  private boolean basic(String encoded) {
    try {
      String[] login =
          new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8).split(":", 2);
      return login.length == 2 && isUser(login[0], login[1]);
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  /** Both are compared, in the same time for a right and a wrong one. */
  private boolean isUser(String name, String password) {
    boolean named = same(user, name);
    return isSecret(password) && named;
  }

  private boolean isSecret(String text) {
    return same(secret, text);
  }

  private static boolean same(String one, String other) {
    return MessageDigest.isEqual(
        one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
  }

  /** What {@code iam.token} answers; empty when name or password is wrong. */
  public Optional<Map<String, Object>> token(String name, String password) {
    if (!isUser(name, password)) {
      return Optional.empty();
    }
    return Optional.of(
        Map.of(
            "access_token", tokens.make(Tokens.Kind.ACCESS, user),
            "expires_in", Tokens.Kind.ACCESS.life().toSeconds(),
            "refresh_token", tokens.make(Tokens.Kind.REFRESH, user),
            "refresh_expires_in", Tokens.Kind.REFRESH.life().toSeconds(),
            "token_type", "Bearer"));
  }

  /** What {@code iam.token.refresh} answers; the API token is a refresh token that never ends. */
  public Optional<Map<String, Object>> refresh(String refreshToken) {
    boolean good =
        isSecret(refreshToken) || tokens.user(Tokens.Kind.REFRESH, refreshToken).isPresent();
    return good
        ? Optional.of(
            Map.of(
                "access_token", tokens.make(Tokens.Kind.ACCESS, user),
                "expires_in", Tokens.Kind.ACCESS.life().toSeconds(),
                "token_type", "Bearer"))
        : Optional.empty();
  }
}
