package io.pipeforce.hub.ingress;

import io.helidon.http.HtmlEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * What is answered when no service does.
 *
 * @param message what happened, and which service it is about
 * @param remedy what to do
 */
record Page(int status, String reason, String message, String remedy) {
  static Page unknown(String label) {
    String what = Domain.isLabel(label) ? label : "this name";
    return new Page(
        404,
        "Not Found",
        "no service has the ingress " + what,
        "pi command service.status shows what runs; service.start with ingress=NAME gives a service"
            + " its address, NAME-NAMESPACE");
  }

  static Page away(Backend.Away away) {
    return new Page(
        503,
        "Service Unavailable",
        away.service() + " " + away.why(),
        "try again in a moment; pi logs " + away.service() + " tells what it does");
  }

  static Page full() {
    return new Page(
        503,
        "Service Unavailable",
        "there are as many connections to services as there may be",
        "try again when some of them have ended");
  }

  static Page noAnswer(String service, String why) {
    return new Page(
        502,
        "Bad Gateway",
        service + " did not answer: " + why,
        "pi logs " + service + " tells what happened; is it the port that it listens on?");
  }

  static Page malformed(MalformedException e) {
    String reason =
        switch (e.status()) {
          case 431 -> "Request Header Fields Too Large";
          case 501 -> "Not Implemented";
          case 505 -> "HTTP Version Not Supported";
          default -> "Bad Request";
        };
    return new Page(
        e.status(),
        reason,
        "this is not a request that can be passed on: " + e.getMessage(),
        "send it as RFC 9112 has it");
  }

  byte[] octets(RequestHead request, boolean close) {
    return octets(request.wantsHtml(), request.method().equals("HEAD"), close);
  }

  /** The whole answer. */
  byte[] octets(boolean asHtml, boolean headOnly, boolean close) {
    byte[] body = (asHtml ? html() : json()).getBytes(StandardCharsets.UTF_8);
    List<Field> fields = new ArrayList<>();
    fields.add(new Field("Content-Type", asHtml ? "text/html; charset=UTF-8" : "application/json"));
    fields.add(new Field("Content-Length", String.valueOf(body.length)));
    fields.add(new Field("Cache-Control", "no-store"));
    fields.add(new Field("X-Content-Type-Options", "nosniff"));
    fields.add(new Field("Content-Security-Policy", "default-src 'none'"));
    if (status == 503) {
      fields.add(new Field("Retry-After", "2"));
    }
    if (close) {
      fields.add(new Field("Connection", "close"));
    }
    byte[] head = Head.octets("HTTP/1.1 " + status + " " + reason, new Fields(fields));
    if (headOnly) {
      return head;
    }
    byte[] all = Arrays.copyOf(head, head.length + body.length);
    System.arraycopy(body, 0, all, head.length, body.length);
    return all;
  }

  private String html() {
    return """
    <!DOCTYPE html>
    <html lang="en">
    <head><meta charset="utf-8"><title>%d %s</title></head>
    <body>
    <h1>%s</h1>
    <p>%s</p>
    </body>
    </html>
    """
        .formatted(status, reason, HtmlEncoder.encode(message), HtmlEncoder.encode(remedy));
  }

  private String json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("status", status);
    json.put("message", message);
    json.put("remedy", remedy);
    return JsonMapper.shared().writeValueAsString(json);
  }
}
