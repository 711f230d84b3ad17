package io.pipeforce;

import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Where a broker listens and how to log in.
 *
 * @param host name or address
 * @param port TCP port; by default 5672, with TLS 5671
 * @param username login; by default {@code guest}
 * @param password its password; by default {@code guest}. Never printed.
 * @param virtualHost RabbitMQ's virtual host; by default {@code /}
 * @param tls whether the connection is encrypted ({@code amqps})
 */
public record BrokerAddress(
    String host, int port, String username, String password, String virtualHost, boolean tls) {

  public BrokerAddress {
    if (host.isBlank()) {
      throw new IllegalArgumentException("the broker's host is empty");
    }
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("a port lies between 1 and 65535, was: " + port);
    }
  }

  /** A broker on this host and port with RabbitMQ's defaults for the rest. */
  public static BrokerAddress of(String host, int port) {
    return new BrokerAddress(host, port, "guest", "guest", "/", false);
  }

  /**
   * Reads {@code host}, {@code host:port}, or an {@code amqp://} or {@code amqps://} URI as in <a
   * href="https://www.rabbitmq.com/docs/uri-spec">RabbitMQ's URI specification</a>.
   *
   * @throws IllegalArgumentException when it is none of these; the message says what was expected
   */
  public static BrokerAddress parse(String text) {
    String uriText = text.contains("://") ? text : "amqp://" + text;
    URI uri;
    try {
      uri = URI.create(uriText);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(expected(text), e);
    }
    boolean tls = "amqps".equals(uri.getScheme());
    if ((!tls && !"amqp".equals(uri.getScheme())) || uri.getHost() == null) {
      throw new IllegalArgumentException(expected(text));
    }
    String username = "guest";
    String password = "guest";
    @Nullable String login = uri.getRawUserInfo();
    if (login != null) {
      int colon = login.indexOf(':');
      username = decode(colon < 0 ? login : login.substring(0, colon));
      password = colon < 0 ? "guest" : decode(login.substring(colon + 1));
    }
    int port = uri.getPort() >= 0 ? uri.getPort() : tls ? 5671 : 5672;
    String path = uri.getRawPath();
    String virtualHost = path == null || path.length() <= 1 ? "/" : decode(path.substring(1));
    return new BrokerAddress(uri.getHost(), port, username, password, virtualHost, tls);
  }

  /** The same with another login. */
  public BrokerAddress withLogin(String newUsername, String newPassword) {
    return new BrokerAddress(host, port, newUsername, newPassword, virtualHost, tls);
  }

  /** The address as a URI without the password, for people. */
  public String display() {
    return (tls ? "amqps://" : "amqp://")
        + URLEncoder.encode(username, StandardCharsets.UTF_8)
        + "@"
        + host
        + ":"
        + port
        + ("/".equals(virtualHost)
            ? ""
            : "/" + URLEncoder.encode(virtualHost, StandardCharsets.UTF_8));
  }

  @Override
  public String toString() {
    return display();
  }

  private static String expected(String text) {
    // A URI may hold a password: only its part after the login is repeated.
    String shown = text.substring(text.lastIndexOf('@') + 1);
    return "cannot read the broker address '"
        + shown
        + "'; expected HOST, HOST:PORT or amqp://USER:PASSWORD@HOST:PORT/VHOST";
  }

  private static String decode(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }
}
