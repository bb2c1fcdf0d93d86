package io.spinexr.inference.folder;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spinexr.finding.Labelling;
import io.spinexr.fusion.DecisionRule;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The files of a model folder: {@code model.json} and what it lists. */
public final class ModelFiles {
  /** File name of a {@link ModelManifest}. */
  public static final String MANIFEST = "model.json";

  /** File name of a {@link ModelSetManifest}. */
  public static final String SET_MANIFEST = "model-set.json";

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .addMixIn(DecisionRule.Boundary.class, BoundaryWords.class)
          .addMixIn(Labelling.Status.class, StatusWords.class)
          .build();

  /** How files spell a {@link DecisionRule.Boundary}, which knows nothing of JSON. */
  private enum BoundaryWords {
    @JsonProperty("inclusive")
    INCLUSIVE,
    @JsonProperty("exclusive")
    EXCLUSIVE
  }

  /** How files spell a {@link Labelling.Status}, which knows nothing of JSON. */
  private enum StatusWords {
    @JsonProperty("research")
    RESEARCH,
    @JsonProperty("cleared")
    CLEARED
  }

  private ModelFiles() {}

  /**
   * Reads a manifest.
   *
   * @throws ModelException if the file is missing or says something else than {@code type} expects
   */
  public static <T> T read(Path folder, String file, Class<T> type) {
    Path path = folder.resolve(file);
    if (!Files.isRegularFile(path)) {
      throw new ModelException(
          "model folder %s has no %s; check the configured path or import the model again"
              .formatted(folder, file));
    }
    try {
      return JSON.readValue(path.toFile(), type);
    } catch (JsonProcessingException e) {
      throw new ModelException(
          "%s in %s is not usable: %s; correct the file or import the model again"
              .formatted(file, folder, reason(e)),
          e);
    } catch (IOException e) {
      throw new ModelException("cannot read %s in %s: %s".formatted(file, folder, e), e);
    }
  }

  private static String reason(JsonProcessingException e) {
    if (e instanceof UnrecognizedPropertyException unknown) {
      return "there is no field \"%s\"; fields are %s"
          .formatted(unknown.getPropertyName(), unknown.getKnownPropertyIds());
    }
    String message =
        e.getCause() instanceof IllegalArgumentException rule
            ? rule.getMessage()
            : e.getOriginalMessage();
    return Optional.ofNullable(message).flatMap(m -> m.lines().findFirst()).orElse("not JSON");
  }

  /**
   * A manifest with the fields that a file states instead of its own.
   *
   * @param overrides JSON object with any of the manifest's fields
   * @throws ModelException if the file is no such object or a value is not allowed
   */
  public static ModelManifest override(ModelManifest manifest, Path overrides) {
    try {
      JsonNode changes = JSON.readTree(overrides.toFile());
      if (!(changes instanceof ObjectNode object)) {
        throw new ModelException("%s holds no JSON object".formatted(overrides));
      }
      ObjectNode tree = JSON.valueToTree(manifest);
      tree.setAll(object);
      return JSON.treeToValue(tree, ModelManifest.class);
    } catch (JsonProcessingException e) {
      throw new ModelException(
          "%s cannot override model.json: %s".formatted(overrides, reason(e)), e);
    } catch (IOException e) {
      throw new ModelException("cannot read %s: %s".formatted(overrides, e.getMessage()), e);
    }
  }

  /** Writes a manifest. */
  public static void write(Path folder, String file, Object manifest) {
    try {
      Files.writeString(folder.resolve(file), JSON.writeValueAsString(manifest) + "\n");
    } catch (IOException e) {
      throw new ModelException("cannot write %s in %s: %s".formatted(file, folder, e), e);
    }
  }

  /** Removes a folder and all that is in it; links are not followed. */
  public static void delete(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** SHA-256 of every file in a model folder but its manifest, by path relative to the folder. */
  public static Map<String, String> hashes(Path folder) {
    Map<String, String> hashes = new TreeMap<>();
    // Runtimes follow links too.
    try (Stream<Path> paths = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
      for (Path path : paths.filter(Files::isRegularFile).toList()) {
        String name = folder.relativize(path).toString().replace('\\', '/');
        if (!name.equals(MANIFEST)) {
          hashes.put(name, digest(path));
        }
      }
    } catch (IOException | UncheckedIOException e) {
      throw new ModelException("cannot read model folder %s: %s".formatted(folder, e), e);
    }
    return hashes;
  }

  /**
   * One hash for a whole model: over the hashes and names of {@code model.json}, which says what
   * the outputs mean, and of the files that it lists, in the form and order of {@code sha256sum}'s
   * output sorted by name.
   */
  public static String sha256(Path folder, ModelManifest manifest) {
    Map<String, String> hashes = new TreeMap<>(manifest.files());
    try {
      hashes.put(MANIFEST, digest(folder.resolve(MANIFEST)));
    } catch (IOException e) {
      throw new ModelException("cannot read %s in %s: %s".formatted(MANIFEST, folder, e), e);
    }
    StringBuilder lines = new StringBuilder();
    hashes.forEach((file, hash) -> lines.append(hash + "  " + file + "\n"));
    return HexFormat.of()
        .formatHex(digest().digest(lines.toString().getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * Checks that a folder holds exactly the files that its manifest lists.
   *
   * @throws ModelException naming the first file that is missing, different or not listed
   */
  public static void verify(Path folder, ModelManifest manifest) {
    Map<String, String> actual = hashes(folder);
    TreeSet<String> names = new TreeSet<>(manifest.files().keySet());
    names.addAll(actual.keySet());
    for (String name : names) {
      String expected = manifest.files().get(name);
      String found = actual.get(name);
      if (found == null) {
        throw changed(folder, "lacks the file " + name);
      }
      if (expected == null) {
        throw changed(folder, "holds a file that its model.json does not list, " + name);
      }
      if (!expected.equals(found)) {
        throw changed(folder, "holds a changed or damaged file (SHA-256 differs), " + name);
      }
    }
  }

  private static ModelException changed(Path folder, String what) {
    return new ModelException(
        "model folder %s %s; restore the folder or import the model again".formatted(folder, what));
  }

  /**
   * SHA-256 of a file.
   *
   * @throws ModelException if it cannot be read
   */
  public static String sha256(Path path) {
    try {
      return digest(path);
    } catch (IOException e) {
      throw new ModelException("%s cannot be read: %s".formatted(path, e), e);
    }
  }

  private static String digest(Path path) throws IOException {
    MessageDigest digest = digest();
    try (InputStream in = Files.newInputStream(path);
        OutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
      in.transferTo(out);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java platform has SHA-256
    }
  }
}
