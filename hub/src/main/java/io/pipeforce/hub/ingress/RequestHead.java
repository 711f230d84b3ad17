package io.pipeforce.hub.ingress;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What a client asks for. */
record RequestHead(String method, String target, Fields fields, Framing framing) {
  /** What only a proxy may say; what a client says of itself is not believed. */
  private static final Set<String> OF_A_PROXY =
      Set.of(
          "forwarded",
          "x-forwarded-for",
          "x-forwarded-host",
          "x-forwarded-port",
          "x-forwarded-prefix",
          "x-forwarded-proto",
          "x-forwarded-server",
          "x-real-ip");

  private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");

  static RequestHead of(List<String> lines) throws MalformedException {
    String[] words = (lines.isEmpty() ? "" : lines.getFirst()).split(" ", -1);
    if (words.length != 3 || !Field.isToken(words[0])) {
      throw new MalformedException("the request has no first line as HTTP/1.1 has it");
    }
    if (!words[2].equals("HTTP/1.1")) {
      throw new MalformedException(505, "only HTTP/1.1 is spoken here");
    }
    if (!isPath(words[1]) && !(words[1].equals("*") && words[0].equals("OPTIONS"))) {
      throw new MalformedException("the path must begin with a slash and have no blanks");
    }
    Fields fields = Fields.of(lines.subList(1, lines.size()));
    if (fields.values("Host").size() != 1) {
      throw new MalformedException("the Host must be told once");
    }
    return new RequestHead(words[0], words[1], fields, Framing.ofRequest(fields));
  }

  private static boolean isPath(String target) {
    return target.startsWith("/")
        && target.chars().noneMatch(letter -> letter <= ' ' || letter == 0x7f);
  }

  String host() {
    return fields.first("Host").orElseThrow();
  }

  boolean isUpgrade() {
    return method.equals("GET")
        && framing instanceof Framing.None
        && fields.has("Connection", "upgrade")
        && fields.first("Upgrade").filter(value -> value.equalsIgnoreCase("websocket")).isPresent();
  }

  /** Whether it does no harm to send it twice, and it can be: there is no body that is gone. */
  boolean isRepeatable() {
    return SAFE.contains(method) && framing instanceof Framing.None;
  }

  boolean wantsClose() {
    return fields.has("Connection", "close");
  }

  boolean wantsHtml() {
    return fields.values("Accept").stream()
        .anyMatch(value -> value.toLowerCase(Locale.ROOT).contains("text/html"));
  }

  /** As the service gets it. */
  byte[] forward(InetSocketAddress client) {
    Fields forwarded =
        fields
            .endToEnd()
            .without(OF_A_PROXY)
            .with("X-Forwarded-For", client.getAddress().getHostAddress())
            .with("X-Forwarded-Host", host())
            .with("X-Forwarded-Proto", "http");
    if (framing instanceof Framing.Chunked) {
      forwarded = forwarded.with("Transfer-Encoding", "chunked");
    }
    if (isUpgrade()) {
      forwarded = forwarded.with("Connection", "Upgrade").with("Upgrade", "websocket");
    }
    return Head.octets(method + " " + target + " HTTP/1.1", forwarded);
  }
}
