package io.pipeforce.hub.ingress;

import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a service answers. */
record ResponseHead(int minor, int status, String reason, Fields fields, Framing framing) {
  private static final Pattern FIRST = Pattern.compile("HTTP/1\\.([01]) ([1-9]\\d\\d)(?: (.*))?");

  /**
   * @param method that was asked for
   */
  static ResponseHead of(List<String> lines, String method) throws MalformedException {
    Matcher first = FIRST.matcher(lines.isEmpty() ? "" : lines.getFirst());
    if (!first.matches()) {
      throw new MalformedException("the answer has no first line as HTTP/1.1 has it");
    }
    int status = Integer.parseInt(first.group(2));
    Fields fields = Fields.of(lines.subList(1, lines.size()));
    String reason = first.group(3) == null ? "" : first.group(3);
    return new ResponseHead(
        Integer.parseInt(first.group(1)),
        status,
        reason,
        fields,
        Framing.ofResponse(method, status, fields));
  }

  /** Another answer to the same request follows. */
  boolean isInterim() {
    return status < 200 && !isSwitch();
  }

  /** From here on, the connection speaks another protocol. */
  boolean isSwitch() {
    return status == 101;
  }

  /** Whether the service takes another request on this connection. */
  boolean isPersistent() {
    return minor == 1
        && !fields.has("Connection", "close")
        && !(framing instanceof Framing.UntilClose);
  }

  /** How the body is passed on: one that ends with the connection would look whole when cut. */
  Framing forwarded() {
    return framing instanceof Framing.UntilClose ? new Framing.Chunked() : framing;
  }

  /** As the client gets it. */
  byte[] forward(boolean close) {
    Fields forwarded = fields.endToEnd();
    if (isSwitch()) {
      forwarded = forwarded.with("Connection", "Upgrade").with("Upgrade", "websocket");
    }
    if (status < 200 || status == 204) {
      forwarded = forwarded.without(Set.of("content-length"));
    }
    if (forwarded() instanceof Framing.Chunked) {
      forwarded = forwarded.with("Transfer-Encoding", "chunked");
    }
    if (close && !isInterim() && !isSwitch()) {
      forwarded = forwarded.with("Connection", "close");
    }
    return Head.octets("HTTP/1.1 " + status + " " + reason, forwarded);
  }
}
