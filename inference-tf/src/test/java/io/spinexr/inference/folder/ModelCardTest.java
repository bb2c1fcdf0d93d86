package io.spinexr.inference.folder;

import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.finding.Labelling;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModelCardTest {
  private static String card(String model) {
    return ModelCard.markdown(
        ModelFiles.read(Path.of("models/demo", model), ModelFiles.MANIFEST, ModelManifest.class),
        Labelling.NONE);
  }

  @Test
  void saysWhatTheManifestSays() {
    assertThat(card("detector"))
        .startsWith("# demo-detector 2.0.0\n\n## Use\n\nFinds lesions")
        .contains("20800 hard phantoms", "| mAP@0.5 | 0.4150 |", "Apache-2.0", "never a diagnosis")
        .contains(
            "## Regulatory status\n\nAs its model set: for research only, not for clinical use.");
    assertThat(card("classifier")).contains("Threshold of this model alone: a probability of 0.");
  }

  @Test
  void inventsNothingThatTheManifestDoesNotState() {
    ModelManifest stated =
        ModelFiles.read(Path.of("models/demo/detector"), ModelFiles.MANIFEST, ModelManifest.class);
    ModelManifest bare =
        new ModelManifest(
            stated.name(),
            stated.version(),
            stated.task(),
            stated.architecture(),
            stated.labels(),
            null,
            null,
            stated.inputSize(),
            stated.resize(),
            stated.channelOrder(),
            stated.mean(),
            stated.deviation(),
            null,
            stated.selection(),
            null,
            null,
            null,
            null,
            null,
            null,
            stated.licence(),
            stated.files());
    List<String> lines = ModelCard.markdown(bare, Labelling.NONE).lines().toList();
    for (String section : List.of("Intended use", "Training data", "Training command", "Quality")) {
      assertThat(lines.get(lines.indexOf("## " + section) + 2)).isEqualTo("Not stated.");
    }
  }
}
