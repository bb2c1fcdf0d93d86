package io.spinexr.workshop.prediction;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.spinexr.inference.folder.ModelException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code predictions.journal}: what a run has done so far, one JSON document a line, to which lines
 * are only added. The first says what the run is of. A last line that was cut off is dropped.
 */
final class Journal {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** One image: either its prediction or why it has none. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Entry(@Nullable ImagePrediction predicted, @Nullable LeftOut leftOut) {
    static Entry of(ImagePrediction image) {
      return new Entry(image, null);
    }

    static Entry leftOut(String imageId, String reason) {
      return new Entry(null, new LeftOut(imageId, reason));
    }
  }

  private final Path file;
  private final Map<String, ImagePrediction> predicted = new LinkedHashMap<>();
  private final Map<String, LeftOut> leftOut = new LinkedHashMap<>();

  private Journal(Path file) {
    this.file = file;
  }

  /**
   * The journal in a folder, or a new one.
   *
   * @throws ModelException if there is one of another model set or of other images, or that cannot
   *     be read or written
   */
  static Journal open(Path folder, PredictionOrigin origin) {
    Path file = folder.resolve("predictions.journal");
    Journal journal = new Journal(file);
    try {
      Files.createDirectories(folder);
      byte[] bytes = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
      int end = bytes.length;
      while (end > 0 && bytes[end - 1] != '\n') {
        end--;
      }
      String[] lines = new String(bytes, 0, end, StandardCharsets.UTF_8).split("\n");
      if (end == 0) {
        Files.write(file, new byte[0]);
        journal.append(origin);
      } else {
        journal.requireSame(JSON.readValue(lines[0], PredictionOrigin.class), origin);
        for (String line : Arrays.asList(lines).subList(1, lines.length)) {
          journal.remember(JSON.readValue(line, Entry.class));
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
          channel.truncate(end);
        }
      }
    } catch (JsonProcessingException e) {
      throw new ModelException(
          "%s is damaged; remove it to begin anew: %s".formatted(file, e.getOriginalMessage()), e);
    } catch (IOException e) {
      throw journal.failed(e);
    }
    return journal;
  }

  private void requireSame(PredictionOrigin before, PredictionOrigin origin) {
    Optional<String> difference = before.difference(origin);
    if (difference.isPresent()) {
      throw new ModelException(
          "%s is of %s; give another --out, or remove it to begin anew"
              .formatted(file, difference.get()));
    }
  }

  private void remember(Entry entry) {
    if (entry.predicted() != null) {
      predicted.put(entry.predicted().imageId(), entry.predicted());
      leftOut.remove(entry.predicted().imageId());
    } else {
      LeftOut image = Objects.requireNonNull(entry.leftOut());
      leftOut.put(image.imageId(), image);
    }
  }

  /** Writes down what became of an image, before it counts. */
  void add(Entry entry) {
    try {
      append(entry);
    } catch (IOException e) {
      throw failed(e);
    }
    remember(entry);
  }

  private void append(Object document) throws IOException {
    Files.writeString(file, JSON.writeValueAsString(document) + "\n", StandardOpenOption.APPEND);
  }

  private ModelException failed(IOException e) {
    return new ModelException("%s cannot be read or written: %s".formatted(file, e), e);
  }

  /** By image id. */
  Map<String, ImagePrediction> predicted() {
    return predicted;
  }

  /** By image id. */
  Map<String, LeftOut> leftOut() {
    return leftOut;
  }
}
