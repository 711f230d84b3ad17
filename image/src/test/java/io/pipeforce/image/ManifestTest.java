package io.pipeforce.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.cloud.tools.jib.json.JsonTemplateMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestTest {
  @ParameterizedTest
  @ValueSource(strings = {Manifest.OCI, Manifest.DOCKER})
  void jib_sends_the_bytes_that_we_keep(String mediaType) throws IOException {
    Manifest manifest =
        new Manifest(
            mediaType,
            new Manifest.Part(Manifest.OCI_CONFIG, Digest.of(new byte[] {1}), 1),
            List.of(new Manifest.Part(Manifest.OCI_LAYER, Digest.of(new byte[] {2}), 2)));

    assertThat(JsonTemplateMapper.toUtf8String(Registry.template(manifest)))
        .isEqualTo(new String(manifest.toBytes(), StandardCharsets.UTF_8));
    assertThat(Manifest.read(manifest.toBytes())).isEqualTo(manifest);
  }

  @Test
  void a_digest_that_is_a_path_is_refused() {
    String manifest = "{\"config\":{\"digest\":\"sha256:../../../../etc/passwd\"},\"layers\":[]}";

    assertThatThrownBy(() -> Manifest.read(manifest.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("is no digest");
  }
}
