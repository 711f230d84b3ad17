package io.pipeforce.hub.http;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.pipeforce.hub.login.Login;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Lets through who has shown that they may. On loopback too, since any web page that somebody looks
 * at can send requests to it: neither a foreign page (Origin) nor a name that was made to point
 * here (Host) gets through.
 */
final class Guard implements Filter {
  /** The one path for which nobody needs to be known: a webhook's token is all there is to it. */
  static final String DOOR = "/api/v3/command/webhook.receive";

  /** Asked by those who know nothing but an address; they tell nothing that is not seen anyway. */
  static final Set<String> HEALTH = Set.of("/health", "/health/ready");

  /**
   * Where a browser says that a request comes from, an image's, a frame's or a link's as well, for
   * which it sends no Origin.
   */
  private static final HeaderName SITE = HeaderNames.create("Sec-Fetch-Site");

  /** One of our own pages, or nobody's: the address was typed. */
  private static final Set<String> OWN = Set.of("same-origin", "none");

  private static final List<String> LOCAL = List.of("localhost", "127.0.0.1", "[::1]");
  private static final Set<String> OPEN = Set.of("iam.token", "iam.token.refresh");
  private static final Set<String> SECRET_HEADERS =
      Set.of("authorization", "cookie", "proxy-authorization");

  private static final Status MISDIRECTED = Status.create(421, "Misdirected Request");

  private final Login login;
  private final Set<String> names;

  /**
   * @param names by which it may be called, besides those of this machine; in small letters
   */
  Guard(Login login, Set<String> names) {
    this.login = login;
    this.names = Set.copyOf(names);
  }

  /** Whether a command shows itself who calls. */
  static boolean isOpen(String command) {
    return OPEN.contains(command);
  }

  static boolean isSecret(String header) {
    return SECRET_HEADERS.contains(header.toLowerCase(Locale.ROOT));
  }

  @Override
  public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
    ClientLine.CURRENT
        .get()
        .headIsRead(request.headers().containsToken(HeaderValues.CONNECTION_CLOSE));
    String authority = request.headers().first(HeaderNames.HOST).orElse("");
    String path = request.path().path();
    if (path.equals(DOOR)) {
      chain.proceed();
    } else if (isIngress(authority)) {
      // Only the first requests of a connection can be for a service (RFC 9110, section 15.5.20).
      response.header(HeaderNames.CONNECTION, "close");
      Answers.error(
          response,
          MISDIRECTED,
          "this connection has served the hub itself; open another one for " + authority);
    } else if (HEALTH.contains(path)) {
      chain.proceed();
    } else if (!isOurs(authority)) {
      Answers.error(
          response,
          Status.FORBIDDEN_403,
          "this hub is not "
              + authority
              + "; call it by the address that it printed, or by the one that"
              + " PIPEFORCE_HUB_URL names");
    } else if (isForeign(request, authority)) {
      Answers.error(response, Status.FORBIDDEN_403, "a page of another site may not call this hub");
    } else if (!isOpenPath(path)
        && !request.headers().first(HeaderNames.AUTHORIZATION).filter(login::accepts).isPresent()) {
      response.header(HeaderNames.WWW_AUTHENTICATE, "Bearer, Basic realm=\"PIPEFORCE hub\"");
      Answers.error(
          response,
          Status.UNAUTHORIZED_401,
          "credentials are missing, wrong or expired; send Authorization: Bearer with an access"
              + " token of iam.token, or Basic with user and password");
    } else {
      chain.proceed();
    }
  }

  private static boolean isForeign(RoutingRequest request, String authority) {
    Optional<String> origin = request.headers().first(HeaderNames.ORIGIN);
    return origin.filter(from -> !isSame(from, authority)).isPresent()
        || request.headers().first(SITE).filter(site -> !OWN.contains(site)).isPresent();
  }

  private static boolean isOpenPath(String path) {
    return OPEN.stream().anyMatch(name -> path.equals("/api/v3/command/" + name));
  }

  private static boolean isIngress(String authority) {
    return name(authority).endsWith(".localhost");
  }

  private static String name(String authority) {
    return authority.replaceFirst(":\\d{1,5}$", "").toLowerCase(Locale.ROOT);
  }

  private boolean isOurs(String authority) {
    String name = name(authority);
    return LOCAL.contains(name) || names.contains(name);
  }

  private static boolean isSame(String origin, String authority) {
    try {
      return authority.equalsIgnoreCase(URI.create(origin).getRawAuthority());
    } catch (IllegalArgumentException _) {
      return false;
    }
  }
}
