package io.spinexr.workshop.dataset;

import io.spinexr.inference.folder.ModelException;
import io.spinexr.workshop.dataset.Defect.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Where one split of an annotated data set lies.
 *
 * @param annotations the annotation file
 * @param images folders with {@code <image_id>.dicom} or {@code <image_id>.dcm}
 * @param sizes {@code test_meta.csv}, if there is one
 * @param others annotation files of the other splits, whose studies must not be in this one
 */
public record DataSetSplit(
    Path annotations, List<Path> images, Optional<Path> sizes, List<Path> others) {
  private static final Pattern IMAGE = Pattern.compile("(?i)(.+)\\.(dicom|dcm)");

  /** The splits that a data set may have. */
  public enum Name {
    TRAIN,
    VAL,
    TEST;

    /** As files and folders are named: {@code test}. */
    public String prefix() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public DataSetSplit {
    images = List.copyOf(images);
    others = List.copyOf(others);
  }

  /**
   * A split of a data set in VinDr-SpineXR's layout: {@code annotations/test.csv}, {@code
   * test_meta.csv} beside it or above, and {@code test_images}. The images of a validation split
   * may lie among those for training, which it was taken from.
   *
   * @throws ModelException if annotations or images are not there
   */
  public static DataSetSplit of(Path folder, Name name) {
    Path annotations = annotations(folder, name);
    if (!Files.isRegularFile(annotations)) {
      throw new ModelException(
          "there is no %s; the data set needs one row for each lesion there, or give --images and --annotations"
              .formatted(annotations));
    }
    List<Path> images =
        Stream.of(name.prefix(), name == Name.VAL ? "train" : name.prefix())
            .map(prefix -> folder.resolve(prefix + "_images"))
            .distinct()
            .filter(Files::isDirectory)
            .toList();
    if (images.isEmpty()) {
      throw new ModelException(
          "there is no folder %s_images in %s".formatted(name.prefix(), folder));
    }
    List<Path> others =
        Stream.of(Name.values())
            .filter(other -> other != name)
            .map(other -> annotations(folder, other))
            .filter(Files::isRegularFile)
            .toList();
    return new DataSetSplit(annotations, images, sizesOf(annotations), others);
  }

  /** Images in one folder and their annotations, wherever they are. */
  public static DataSetSplit of(Path images, Path annotations) {
    return new DataSetSplit(annotations, List.of(images), sizesOf(annotations), List.of());
  }

  private static Path annotations(Path folder, Name name) {
    return folder.resolve("annotations").resolve(name.prefix() + ".csv");
  }

  /** The file of sizes that belongs to an annotation file: {@code test_meta.csv} near it. */
  public static Optional<Path> sizesOf(Path annotations) {
    String name = annotations.getFileName().toString().replaceFirst("\\.csv$", "") + "_meta.csv";
    return Stream.of(annotations.resolveSibling(name), annotations.resolveSibling("../" + name))
        .filter(Files::isRegularFile)
        .findFirst();
  }

  /**
   * The file of every image that is there, by image id.
   *
   * @throws ModelException if a folder cannot be listed
   */
  public Map<String, Path> files() {
    Map<String, Path> files = new HashMap<>();
    for (Path folder : images) {
      try (Stream<Path> listed = Files.list(folder)) {
        listed.sorted().forEach(file -> id(file).ifPresent(id -> files.putIfAbsent(id, file)));
      } catch (IOException e) {
        throw new ModelException("the folder %s cannot be listed: %s".formatted(folder, e), e);
      }
    }
    return files;
  }

  private static Optional<String> id(Path file) {
    Matcher name = IMAGE.matcher(file.getFileName().toString());
    return name.matches() ? Optional.of(name.group(1)) : Optional.empty();
  }

  /**
   * What is wrong with it beside its annotations: images that nobody annotated, and studies that
   * are in another split, too.
   */
  public List<Defect> defects(Annotations annotated) {
    List<Defect> defects = new ArrayList<>();
    Set<String> strangers = new TreeSet<>(files().keySet());
    strangers.removeAll(annotated.studies().keySet());
    for (Path other : others) {
      Map<String, String> elsewhere = AnnotationFile.read(other, Map.of()).studies();
      strangers.removeAll(elsewhere.keySet());
      Set<String> shared = new LinkedHashSet<>(annotated.studies().values());
      shared.retainAll(new HashSet<>(elsewhere.values()));
      shared.forEach(
          study ->
              defects.add(
                  Defect.of(
                      annotations,
                      Kind.BOTH_SPLITS,
                      "",
                      "study %s is in %s, too".formatted(study, other.getFileName()))));
    }
    strangers.forEach(
        id ->
            defects.add(
                Defect.of(annotations, Kind.UNANNOTATED_IMAGE, id, "no row names this image")));
    return defects;
  }
}
