package io.pipeforce.internal.dispatch;

import java.util.Set;

/** What Jackson can read beyond concrete classes, at compile time as well as at start. */
public final class ReadableTypes {
  /**
   * The abstract types that Jackson 3 reads by itself ({@code
   * tools.jackson.databind.deser.BasicDeserializerFactory}); a test reads each of them.
   */
  public static final Set<String> ABSTRACT =
      Set.of(
          "java.io.Serializable",
          "java.lang.CharSequence",
          "java.lang.Iterable",
          "java.lang.Number",
          "java.net.InetAddress",
          "java.nio.ByteBuffer",
          "java.nio.charset.Charset",
          "java.nio.file.Path",
          "java.time.ZoneId",
          "java.util.AbstractList",
          "java.util.AbstractMap",
          "java.util.AbstractSet",
          "java.util.Calendar",
          "java.util.Collection",
          "java.util.Deque",
          "java.util.List",
          "java.util.Map",
          "java.util.NavigableMap",
          "java.util.NavigableSet",
          "java.util.Queue",
          "java.util.SequencedCollection",
          "java.util.SequencedMap",
          "java.util.SequencedSet",
          "java.util.Set",
          "java.util.SortedMap",
          "java.util.SortedSet",
          "java.util.TimeZone",
          "java.util.concurrent.ConcurrentMap",
          "java.util.concurrent.ConcurrentNavigableMap",
          "tools.jackson.databind.JsonNode");

  /** What says on an abstract type by which class Jackson is to read it. */
  public static final Set<String> MAPPING_ANNOTATIONS =
      Set.of(
          "com.fasterxml.jackson.annotation.JsonTypeInfo",
          "tools.jackson.databind.annotation.JsonDeserialize");

  private ReadableTypes() {}
}
