package io.spinexr.workshop.dataset;

import io.spinexr.inference.folder.ModelException;
import io.spinexr.workshop.dataset.Defect.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where one split of an annotated data set lies.
 *
 * @param annotations the annotation file
 * @param images folders with {@code <image_id>.dicom} or {@code <image_id>.dcm}
 */
public record DataSetSplit(Path annotations, List<Path> images) {
  private static final List<Pattern> IMAGES =
      List.of(Pattern.compile("(?i)(.+)\\.dicom"), Pattern.compile("(?i)(.+)\\.dcm"));

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
    return new DataSetSplit(annotations, images);
  }

  /** Images in one folder and their annotations, wherever they are. */
  public static DataSetSplit of(Path images, Path annotations) {
    return new DataSetSplit(annotations, List.of(images));
  }

  private static Path annotations(Path folder, Name name) {
    return folder.resolve("annotations").resolve(name.prefix() + ".csv");
  }

  /** The annotations of the other splits, beside those of one; none if it is named otherwise. */
  private static List<Path> others(Path annotations) {
    List<Path> splits =
        Stream.of(Name.values())
            .map(name -> annotations.resolveSibling(name.prefix() + ".csv"))
            .toList();
    return splits.contains(annotations)
        ? splits.stream().filter(o -> !o.equals(annotations) && Files.isRegularFile(o)).toList()
        : List.of();
  }

  /** The file of sizes that belongs to an annotation file: {@code test_meta.csv} near it. */
  public static Optional<Path> sizesOf(Path annotations) {
    String name = annotations.getFileName().toString().replaceFirst("\\.csv$", "") + "_meta.csv";
    return Stream.of(annotations.resolveSibling(name), annotations.resolveSibling("../" + name))
        .filter(Files::isRegularFile)
        .findFirst();
  }

  /**
   * The file of every image that is there, by image id: in the first folder that has it, and there
   * the one whose name ends in {@code .dicom}.
   *
   * @throws ModelException if a folder cannot be listed
   */
  public Map<String, Path> files() {
    return all().entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, files -> files.getValue().get(0)));
  }

  private Map<String, List<Path>> all() {
    Map<String, List<Path>> files = new TreeMap<>();
    for (Path folder : images) {
      try (Stream<Path> listed = Files.list(folder)) {
        List<Path> paths = listed.toList();
        for (Pattern ending : IMAGES) {
          paths.forEach(
              file -> {
                Matcher name = ending.matcher(file.getFileName().toString());
                if (name.matches()) {
                  files.computeIfAbsent(name.group(1), id -> new ArrayList<>()).add(file);
                }
              });
        }
      } catch (IOException e) {
        throw new ModelException("the folder %s cannot be listed: %s".formatted(folder, e), e);
      }
    }
    return files;
  }

  /** What is wrong with its images: those that nobody annotated, and those with several files. */
  public List<Defect> defects() {
    Map<String, List<Path>> files = all();
    Set<String> known = new HashSet<>();
    Stream.concat(Stream.of(annotations), others(annotations).stream())
        .forEach(file -> known.addAll(AnnotationFile.read(file, Map.of()).studies().keySet()));
    List<Defect> defects = new ArrayList<>();
    files.forEach(
        (id, places) -> {
          Path file = places.get(0);
          if (!known.contains(id)) {
            defects.add(Defect.of(file, Kind.UNANNOTATED_IMAGE, id, "no row names this image"));
          } else if (places.size() > 1) {
            defects.add(Defect.of(file, Kind.SEVERAL_FILES, id, "it has several files"));
          }
        });
    return defects;
  }

  /** Studies that are in another split whose annotations lie beside these, too. */
  public static List<Defect> sharedStudies(Path annotations, Annotations annotated) {
    List<Defect> defects = new ArrayList<>();
    for (Path other : others(annotations)) {
      Set<String> shared = new LinkedHashSet<>(annotated.studies().values());
      shared.retainAll(new HashSet<>(AnnotationFile.read(other, Map.of()).studies().values()));
      shared.forEach(
          study ->
              defects.add(
                  Defect.of(
                      annotations,
                      Kind.BOTH_SPLITS,
                      "",
                      "study %s is in %s, too".formatted(study, other.getFileName()))));
    }
    return defects;
  }
}
