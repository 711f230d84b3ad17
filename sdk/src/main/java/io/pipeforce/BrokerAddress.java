package io.pipeforce;

import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where a broker listens and how to log in.
 *
 * @param nodes where it listens: one node, or those of a cluster, each of which is as good as any
 *     other
 * @param username login; by default {@code guest}
 * @param password its password; by default {@code guest}. Never printed.
 * @param virtualHost RabbitMQ's virtual host; by default {@code /}
 * @param tls whether the connection is encrypted ({@code amqps})
 */
public record BrokerAddress(
    List<Node> nodes, String username, String password, String virtualHost, boolean tls) {

  /**
   * One node of a broker.
   *
   * @param host name or address
   * @param port TCP port; by default 5672, with TLS 5671
   */
  public record Node(String host, int port) {
    public Node {
      if (host.isBlank()) {
        throw new IllegalArgumentException("the broker's host is empty");
      }
      if (port < 1 || port > 65535) {
        throw new IllegalArgumentException("a port lies between 1 and 65535, was: " + port);
      }
    }

    @Override
    public String toString() {
      return host + ":" + port;
    }
  }

  public BrokerAddress {
    nodes = List.copyOf(nodes);
    if (nodes.isEmpty()) {
      throw new IllegalArgumentException("a broker has one node at least");
    }
  }

  /** A broker with one node. */
  public BrokerAddress(
      String host, int port, String username, String password, String virtualHost, boolean tls) {
    this(List.of(new Node(host, port)), username, password, virtualHost, tls);
  }

  /** A broker on this host and port with RabbitMQ's defaults for the rest. */
  public static BrokerAddress of(String host, int port) {
    return new BrokerAddress(host, port, "guest", "guest", "/", false);
  }

  /** The name or address of the first node. */
  public String host() {
    return nodes.getFirst().host();
  }

  /** The TCP port of the first node. */
  public int port() {
    return nodes.getFirst().port();
  }

  /**
   * Reads {@code host}, {@code host:port}, or an {@code amqp://} or {@code amqps://} URI as in <a
   * href="https://www.rabbitmq.com/docs/uri-spec">RabbitMQ's URI specification</a>. The nodes of a
   * cluster are separated by commas: {@code amqp://user:password@host1:5672,host2:5672/vhost}.
   *
   * @throws IllegalArgumentException when it is none of these; the message says what was expected
   */
  public static BrokerAddress parse(String text) {
    String uri = text.contains("://") ? text : "amqp://" + text;
    int authority = uri.indexOf("://") + 3;
    int path = uri.indexOf('/', authority);
    int end = path < 0 ? uri.length() : path;
    int hosts = Math.max(uri.lastIndexOf('@', end - 1) + 1, authority);
    List<BrokerAddress> each =
        Stream.of(uri.substring(hosts, end).split(",", -1))
            .map(
                host -> parseOne(text, uri.substring(0, hosts) + host.strip() + uri.substring(end)))
            .toList();
    return each.getFirst().withNodes(each.stream().map(one -> one.nodes().getFirst()).toList());
  }

  private static BrokerAddress parseOne(String text, String uriText) {
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
    return new BrokerAddress(nodes, newUsername, newPassword, virtualHost, tls);
  }

  /** The same broker at other nodes. */
  public BrokerAddress withNodes(List<Node> others) {
    return new BrokerAddress(others, username, password, virtualHost, tls);
  }

  /** As an AMQP URI that {@link #parse} reads, with the login: for a process, not for a log. */
  public String uri() {
    return (tls ? "amqps://" : "amqp://")
        + encoded(username)
        + ":"
        + encoded(password)
        + "@"
        + nodes.stream().map(Node::toString).collect(Collectors.joining(","))
        + "/"
        + encoded(virtualHost);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** The address as a URI without the password, for people. */
  public String display() {
    return (tls ? "amqps://" : "amqp://")
        + URLEncoder.encode(username, StandardCharsets.UTF_8)
        + "@"
        + nodes.stream().map(Node::toString).collect(Collectors.joining(","))
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
        + "'; expected HOST, HOST:PORT or amqp://USER:PASSWORD@HOST:PORT/VHOST, the nodes of a"
        + " cluster as HOST:PORT,HOST:PORT";
  }

  private static String decode(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }
}
