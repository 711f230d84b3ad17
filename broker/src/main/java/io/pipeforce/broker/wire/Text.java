package io.pipeforce.broker.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Octets that should be UTF-8 and come from clients, as strings and back without a loss. What is
 * not UTF-8 becomes lone surrogates, U+DC80 to U+DCFF, which no UTF-8 decodes to; so it is equal to
 * nothing else, and leaves the broker as it came.
 */
public final class Text {
  private static final char ESCAPE = 0xDC00;
  private static final char REPLACEMENT = '\uFFFD';

  private Text() {}

  public static String decode(byte[] octets, int from, int length) {
    String text = new String(octets, from, length, StandardCharsets.UTF_8);
    return isSuspicious(text) ? decodeSlowly(octets, from, from + length) : text;
  }

  public static String decode(byte[] octets) {
    return decode(octets, 0, octets.length);
  }

  /** Whether what Java has decoded may have been something else. */
  static boolean isSuspicious(String decoded) {
    return decoded.indexOf(REPLACEMENT) >= 0;
  }

  private static String decodeSlowly(byte[] octets, int from, int to) {
    StringBuilder text = new StringBuilder(to - from);
    int at = from;
    while (at < to) {
      int length = Math.min(sequence(octets[at]), to - at);
      String character = new String(octets, at, length, StandardCharsets.UTF_8);
      byte[] same = character.getBytes(StandardCharsets.UTF_8);
      if (Arrays.equals(octets, at, at + length, same, 0, same.length)) {
        text.append(character);
        at += length;
      } else {
        text.append((char) (ESCAPE + (octets[at] & 0xFF)));
        at++;
      }
    }
    return text.toString();
  }

  /** How many octets a character has that begins like this. */
  private static int sequence(byte first) {
    return switch (Integer.numberOfLeadingZeros(~first << 24)) {
      case 2 -> 2;
      case 3 -> 3;
      case 4 -> 4;
      default -> 1;
    };
  }

  public static byte[] encode(String text) {
    if (!hasEscapes(text)) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
    WireWriter octets = new WireWriter(text.length() * 2);
    int plain = 0;
    for (int i = 0; i < text.length(); i++) {
      if (isEscape(text, i)) {
        write(octets, text.substring(plain, i));
        octets.octet(text.charAt(i) - ESCAPE);
        plain = i + 1;
      }
    }
    write(octets, text.substring(plain));
    return octets.toBytes();
  }

  private static void write(WireWriter octets, String plain) {
    byte[] utf8 = plain.getBytes(StandardCharsets.UTF_8);
    octets.bytes(utf8, 0, utf8.length);
  }

  static boolean hasEscapes(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (isEscape(text, i)) {
        return true;
      }
    }
    return false;
  }

  /** For people, and for JSON: each octet that is no text as the Latin-1 letter, as RabbitMQ. */
  public static String printable(String text) {
    if (!hasEscapes(text)) {
      return text;
    }
    StringBuilder printable = new StringBuilder(text);
    for (int i = 0; i < printable.length(); i++) {
      if (isEscape(text, i)) {
        printable.setCharAt(i, (char) (text.charAt(i) - ESCAPE));
      }
    }
    return printable.toString();
  }

  /** The same letters are the second halves of pairs that are text. */
  private static boolean isEscape(String text, int at) {
    char letter = text.charAt(at);
    return letter >= ESCAPE + 0x80
        && letter <= ESCAPE + 0xFF
        && (at == 0 || !Character.isHighSurrogate(text.charAt(at - 1)));
  }
}
