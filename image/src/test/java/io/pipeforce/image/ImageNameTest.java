package io.pipeforce.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageNameTest {
  private static final String DIGEST = "sha256:" + "0a".repeat(32);

  @ParameterizedTest
  @CsvSource({
    "shop, docker.io/library/shop:latest",
    "me/shop:1.0, docker.io/me/shop:1.0",
    "eclipse-temurin:25-jre, docker.io/library/eclipse-temurin:25-jre",
    "localhost/shop, localhost/shop:latest",
    "localhost:5000/a/b/shop:X_y.z-1, localhost:5000/a/b/shop:X_y.z-1",
    "pipeforce-registry/shop, pipeforce-registry/shop:latest",
    "us-east1-docker.pkg.dev/pipeforce/ns/a__b, us-east1-docker.pkg.dev/pipeforce/ns/a__b:latest",
  })
  void a_name_without_registry_or_tag_gets_the_usual_ones(String text, String full) {
    assertThat(ImageName.parse(text)).hasToString(full);
    assertThat(ImageName.parse(full)).isEqualTo(ImageName.parse(text));
  }

  @Test
  void a_digest_asks_for_exactly_one_image() {
    ImageName name = ImageName.parse("localhost:5000/shop@" + DIGEST);

    assertThat(name.digest()).contains(DIGEST);
    assertThat(name.qualifier()).isEqualTo(DIGEST);
    assertThat(ImageName.parse("localhost:5000/shop:1").qualifier()).isEqualTo("1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/shop",
        "shop/",
        "Shop",
        "a//b",
        "../shop",
        "pipeforce-registry/../../etc/passwd",
        "pipeforce-registry/..",
        "localhost:5000/./shop",
        "a b",
        "shop:",
        "shop:-1",
        "shop:a/../b",
        "shop@sha256:12",
        "shop@",
        "-host.x/shop",
        "ho..st/shop",
        "localhost:123456/shop",
        "a..b",
        "a-",
        "shop\n",
        "shop\u0000",
      })
  void what_is_no_name_is_refused(String text) {
    assertThatThrownBy(() -> ImageName.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is no name for an image, [REGISTRY/]NAME[:TAG]: ");
  }

  @Test
  void the_message_names_the_part_that_is_wrong_and_the_rule() {
    assertThatThrownBy(() -> ImageName.parse("pipeforce-registry/Order:1"))
        .hasMessage(
            "'pipeforce-registry/Order:1' is no name for an image, [REGISTRY/]NAME[:TAG]: 'Order'"
                + " must be small letters and digits, with single separators (. _ -) between them,"
                + " such as order-service");
    assertThatThrownBy(() -> ImageName.parse("a".repeat(100_000))).message().hasSizeLessThan(300);
  }

  @ParameterizedTest
  @CsvSource({
    "localhost:5000, localhost:5000/shop:1",
    "https://us-east1-docker.pkg.dev/pipeforce/ns/, us-east1-docker.pkg.dev/pipeforce/ns/shop:1",
    "'', pipeforce-registry/shop:1",
  })
  void our_registry_is_the_one_that_the_environment_names(String registry, String expanded) {
    Map<String, String> environment = Map.of("PIPEFORCE_REGISTRY", registry);

    assertThat(ImageName.parse("pipeforce-registry/shop:1", environment)).hasToString(expanded);
    assertThat(ImageName.parse("localhost:1/shop", environment))
        .isEqualTo(ImageName.parse("localhost:1/shop"));
  }

  @Test
  void a_wrong_registry_in_the_environment_is_named() {
    Map<String, String> environment = Map.of("PIPEFORCE_REGISTRY", "http://user:pw@host/");

    assertThatThrownBy(() -> ImageName.parse("pipeforce-registry/shop", environment))
        .hasMessageStartingWith("PIPEFORCE_REGISTRY must be HOST[:PORT][/PATH], was ");
  }

  @Test
  void only_this_machine_may_speak_plain_http() {
    assertThat(ImageName.parse("localhost:5000/shop").isOnThisMachine()).isTrue();
    assertThat(ImageName.parse("127.0.0.1:5000/shop").isOnThisMachine()).isTrue();
    assertThat(ImageName.parse("localhost.example.org:5000/shop").isOnThisMachine()).isFalse();
    assertThat(ImageName.parse("127.0.0.1.example.org/shop").isOnThisMachine()).isFalse();
  }
}
