package io.spinexr.workshop.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.inference.Progress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PhantomDataSetTest {
  @TempDir Path folder;

  /**
   * Published figures and the models are of these files; a change of any byte calls for training
   * and measuring again.
   */
  @Test
  void theEasyFamilyKeepsItsBytes() throws Exception {
    PhantomDataSet.write(folder, 1, 4, Progress.SILENT);
    assertThat(digest(folder))
        .asHexString()
        .isEqualToIgnoringCase("5eea60ef85e29549ae73a6526cea7e985c37685023cdced94fa1409b2435d9cd");
  }

  /** Of the names and bytes of all files below the folder. */
  private static byte[] digest(Path folder) throws Exception {
    MessageDigest sum = MessageDigest.getInstance("SHA-256");
    for (Path file : files(folder)) {
      sum.update(folder.relativize(file).toString().getBytes(StandardCharsets.UTF_8));
      sum.update(Files.readAllBytes(file));
    }
    return sum.digest();
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }
}
