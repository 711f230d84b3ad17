package io.pipeforce.hub.ingress;

import java.util.List;
import java.util.regex.Pattern;

/** Where a body ends (RFC 9112, 6). */
sealed interface Framing {
  /** There is none. */
  record None() implements Framing {}

  /** After so many octets. */
  record Length(long octets) implements Framing {}

  /** After a chunk of no octets. */
  record Chunked() implements Framing {}

  /** With the connection. */
  record UntilClose() implements Framing {}

  Pattern LENGTH = Pattern.compile("\\d{1,18}");

  /**
   * Of a request. What two programs could understand in two ways is refused: a request that was
   * hidden in the body of another would reach the service unseen.
   */
  static Framing ofRequest(Fields fields) throws MalformedException {
    Framing framing = of(fields);
    return framing instanceof UntilClose ? new None() : framing;
  }

  /** Of the answer to a request with this method. */
  static Framing ofResponse(String method, int status, Fields fields) throws MalformedException {
    if (method.equals("HEAD") || status < 200 || status == 204 || status == 304) {
      return new None();
    }
    return of(fields);
  }

  private static Framing of(Fields fields) throws MalformedException {
    List<String> codings = fields.values("Transfer-Encoding");
    List<String> lengths = fields.values("Content-Length");
    if (!codings.isEmpty() && !lengths.isEmpty()) {
      throw new MalformedException("both Content-Length and Transfer-Encoding are set");
    }
    if (!codings.isEmpty()) {
      if (codings.size() > 1 || !codings.getFirst().equalsIgnoreCase("chunked")) {
        throw new MalformedException(501, "Transfer-Encoding can only be chunked");
      }
      return new Chunked();
    }
    if (lengths.isEmpty()) {
      return new UntilClose();
    }
    if (lengths.size() > 1 || !LENGTH.matcher(lengths.getFirst()).matches()) {
      throw new MalformedException("Content-Length must be one number");
    }
    long octets = Long.parseLong(lengths.getFirst());
    return octets == 0 ? new None() : new Length(octets);
  }
}
