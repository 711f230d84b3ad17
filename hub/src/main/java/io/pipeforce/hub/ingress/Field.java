package io.pipeforce.hub.ingress;

import java.util.regex.Pattern;

/** A header, as it came. */
record Field(String name, String value) {
  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

  /** Of one line. A value that goes on in the next line, or a space before the colon, is none. */
  static Field of(String line) throws MalformedException {
    int colon = line.indexOf(':');
    if (colon < 0 || !isToken(line.substring(0, colon))) {
      throw new MalformedException("a header has no name");
    }
    String value = trim(line.substring(colon + 1));
    if (value.chars().anyMatch(letter -> (letter < ' ' && letter != '\t') || letter == 0x7f)) {
      throw new MalformedException("a header has a control character");
    }
    return new Field(line.substring(0, colon), value);
  }

  static boolean isToken(String text) {
    return TOKEN.matcher(text).matches();
  }

  boolean is(String other) {
    return name.equalsIgnoreCase(other);
  }

  /** Of spaces and tabs alone: other white space is part of a value. */
  static String trim(String text) {
    int from = 0;
    int to = text.length();
    while (from < to && isSpace(text.charAt(from))) {
      from++;
    }
    while (from < to && isSpace(text.charAt(to - 1))) {
      to--;
    }
    return text.substring(from, to);
  }

  private static boolean isSpace(char letter) {
    return letter == ' ' || letter == '\t';
  }
}
