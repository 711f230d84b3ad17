package io.pipeforce.broker.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FieldTableTest {
  static Stream<Field> fields() {
    return Stream.of(
        new Field.Bool(true),
        new Field.Bool(false),
        new Field.Int8((byte) -128),
        new Field.Uint8(255),
        new Field.Int16(Short.MIN_VALUE),
        new Field.Uint16(65_535),
        new Field.Int32(Integer.MIN_VALUE),
        new Field.Uint32(0xFFFF_FFFFL),
        new Field.Int64(Long.MIN_VALUE),
        new Field.Float32(-1.5f),
        new Field.Float64(Math.PI),
        new Field.Decimal(3, 0xFFFF_FFFFL),
        new Field.Timestamp(1_700_000_000L),
        new Field.LongString("grüße"),
        new Field.LongString(""),
        new Field.Binary(new byte[] {0, -1, 5}),
        new Field.Array(List.of()),
        new Field.Array(List.of(new Field.Int32(1), new Field.Array(List.of(new Field.Nothing())))),
        new Field.Table(FieldTable.EMPTY),
        new Field.Table(new FieldTable(Map.of("deeper", new Field.Bool(true)))),
        new Field.Nothing());
  }

  private static byte[] encode(FieldTable table) {
    WireWriter out = new WireWriter(1);
    FieldCodec.writeTable(out, table);
    return out.toBytes();
  }

  private static FieldTable decode(byte[] bytes) {
    return FieldCodec.readTable(new WireReader(bytes));
  }

  @ParameterizedTest
  @MethodSource("fields")
  void every_type_comes_back_as_it_was(Field field) {
    FieldTable table = new FieldTable(Map.of("name", field));

    assertThat(decode(encode(table))).isEqualTo(table);
  }

  @Test
  void the_test_above_leaves_no_type_out() {
    assertThat(fields().map(Object::getClass).distinct().map(Class::getName))
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(Field.class.getPermittedSubclasses()).map(Class::getName).toList());
  }

  @Test
  void fields_keep_their_order() {
    Map<String, Field> fields = new LinkedHashMap<>();
    List.of("z", "a", "m", "b").forEach(name -> fields.put(name, new Field.Nothing()));

    assertThat(new ArrayList<>(decode(encode(new FieldTable(fields))).fields().keySet()))
        .containsExactly("z", "a", "m", "b");
  }

  @Test
  void the_letters_are_those_of_rabbitmqs_errata() {
    assertThat(encode(new FieldTable(Map.of("k", new Field.LongString("v")))))
        .isEqualTo(new byte[] {0, 0, 0, 8, 1, 'k', 'S', 0, 0, 0, 1, 'v'});
    // A capital L is read as a 64-bit integer, and written as a small one.
    assertThat(decode(new byte[] {0, 0, 0, 11, 1, 'k', 'L', 0, 0, 0, 0, 0, 0, 0, 9}).get("k"))
        .isEqualTo(new Field.Int64(9));
  }

  @Test
  void a_name_that_comes_twice_keeps_its_first_value() {
    byte[] twice = {0, 0, 0, 8, 1, 'k', 't', 1, 1, 'k', 't', 0};

    assertThat(decode(twice).get("k")).isEqualTo(new Field.Bool(true));
  }

  @Test
  void tables_nested_without_end_are_refused() {
    Field field = new Field.Nothing();
    for (int i = 0; i < 500; i++) {
      field = new Field.Table(new FieldTable(Map.of("k", field)));
    }
    byte[] bytes = encode(new FieldTable(Map.of("k", field)));

    assertThatThrownBy(() -> decode(bytes)).hasMessageContaining("nested deeper");
  }

  @Test
  void random_octets_are_a_table_or_malformed_but_nothing_else() {
    Random random = new Random(3);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[random.nextInt(40)];
      random.nextBytes(bytes);
      try {
        FieldTable.decode(bytes);
      } catch (MalformedFrameException _) {
        // What it should be for most of them.
      }
    }
  }

  @Test
  void values_are_printed_as_erlang_does() {
    assertThat(ErlangTerm.value(new Field.LongString("a\"b"))).isEqualTo("<<\"a\\\"b\">>");
    assertThat(ErlangTerm.value(new Field.Binary(new byte[] {0, -1}))).isEqualTo("<<0,255>>");
    assertThat(ErlangTerm.value(new Field.Array(List.of(new Field.Int32(1)))))
        .isEqualTo("[{signedint,1}]");
  }
}
