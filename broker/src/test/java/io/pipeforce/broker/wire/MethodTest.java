package io.pipeforce.broker.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MethodTest {
  private static final Random RANDOM = new Random(7);

  static Stream<Class<?>> methods() {
    return Arrays.stream(Method.class.getPermittedSubclasses())
        .flatMap(each -> Arrays.stream(each.getPermittedSubclasses()));
  }

  @ParameterizedTest
  @MethodSource("methods")
  void every_method_comes_back_as_it_was_written(Class<?> type) throws Exception {
    for (int i = 0; i < 20; i++) {
      Method method = random(type);
      WireWriter out = new WireWriter(1);
      out.shortInt(method.classId());
      out.shortInt(method.methodId());
      method.write(out);

      assertThat(Method.read(new WireReader(out.toBytes()))).isEqualTo(method);
    }
  }

  @ParameterizedTest
  @MethodSource("methods")
  void a_method_that_is_cut_short_is_malformed(Class<?> type) throws Exception {
    Method method = random(type);
    WireWriter out = new WireWriter(1);
    out.shortInt(method.classId());
    out.shortInt(method.methodId());
    method.write(out);
    byte[] bytes = out.toBytes();

    for (int length = 0; length < bytes.length; length++) {
      WireReader in = new WireReader(bytes, 0, length);
      assertThatThrownBy(() -> Method.read(in)).isInstanceOf(MalformedFrameException.class);
    }
    WireReader longer = new WireReader(Arrays.copyOf(bytes, bytes.length + 1));
    assertThatThrownBy(() -> Method.read(longer)).isInstanceOf(MalformedFrameException.class);
  }

  @Test
  void the_octets_are_those_of_the_specification() {
    WireWriter out = new WireWriter(1);
    new QueueMethod.Declare("q", true, false, true, false, true, FieldTable.EMPTY).write(out);

    assertThat(out.toBytes()).isEqualTo(new byte[] {0, 0, 1, 'q', 0b10101, 0, 0, 0, 0});
    assertThat(new BasicMethod.Publish("", "", false, false).classId()).isEqualTo(60);
    assertThat(new BasicMethod.Publish("", "", false, false).methodId()).isEqualTo(40);
  }

  @Test
  void a_short_string_that_is_too_long_is_refused_before_it_does_harm() {
    BasicMethod.ConsumeOk tooLong = new BasicMethod.ConsumeOk("ä".repeat(128));

    assertThatThrownBy(() -> tooLong.write(new WireWriter(1)))
        .hasMessageContaining("255 octets, was: 256");
  }

  private static Method random(Class<?> type) throws Exception {
    RecordComponent[] components = type.getRecordComponents();
    Object[] arguments = Arrays.stream(components).map(each -> value(each.getType())).toArray();
    Constructor<?> constructor =
        type.getDeclaredConstructor(
            Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
    constructor.setAccessible(true);
    Object[] fitting =
        Stream.iterate(0, i -> i < components.length, i -> i + 1)
            .map(i -> fit(components[i].getName(), arguments[i]))
            .toArray();
    return (Method) constructor.newInstance(fitting);
  }

  /** Not every long is as long on the wire. */
  private static Object fit(String name, Object value) {
    return switch (value) {
      case Long number when !name.equals("deliveryTag") -> number & 0xFFFF_FFFFL;
      case Integer number when name.startsWith("version") -> number & 0xFF;
      default -> value;
    };
  }

  private static Object value(Class<?> type) {
    if (type == String.class) {
      return "text-ü-" + RANDOM.nextInt(1000);
    }
    if (type == boolean.class) {
      return RANDOM.nextBoolean();
    }
    if (type == int.class) {
      return RANDOM.nextInt(65_536);
    }
    if (type == long.class) {
      return RANDOM.nextLong();
    }
    if (type == LongBytes.class) {
      byte[] bytes = new byte[RANDOM.nextInt(300)];
      RANDOM.nextBytes(bytes);
      return new LongBytes(bytes);
    }
    return new FieldTable(Map.of("k" + RANDOM.nextInt(10), new Field.Int32(RANDOM.nextInt())));
  }
}
