package io.spinexr.app;

import io.spinexr.app.setting.Mistake;
import io.spinexr.inference.folder.ModelFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where model folders are looked for. A model's name is its folder's path below that place. */
final class ModelFolders {
  @Option(
      names = "--models",
      paramLabel = "DIR",
      description =
          "Folder with model folders at any depth (default: models in the working directory, and"
              + " the demo models).")
  private @Nullable Path folder;

  private List<Path> places() {
    return folder == null
        ? List.of(Path.of("models"), ModelOptions.DEMO.getParent())
        : List.of(folder);
  }

  /** Every model folder by name; of two with one name the first place's counts. */
  Map<String, Path> all() {
    return all(ModelFiles.MANIFEST);
  }

  /** Every folder of a model set, the same way. */
  Map<String, Path> sets() {
    return all(ModelFiles.SET_MANIFEST);
  }

  private Map<String, Path> all(String manifest) {
    if (folder != null && !Files.isDirectory(folder)) {
      throw new Mistake("There is no folder %s.".formatted(folder));
    }
    Map<String, Path> found = new TreeMap<>();
    for (Path place : places()) {
      if (Files.isDirectory(place)) {
        below(place, manifest).forEach(found::putIfAbsent);
      }
    }
    return found;
  }

  private static Map<String, Path> below(Path place, String manifest) {
    try (Stream<Path> paths = Files.walk(place)) {
      return paths
          .filter(path -> path.endsWith(manifest))
          .map(Path::getParent)
          .filter(path -> !path.getFileName().toString().startsWith(".import-"))
          .collect(Collectors.toMap(path -> name(place, path), path -> path));
    } catch (IOException e) {
      throw new Mistake("Cannot look for models in %s: %s.".formatted(place, e), e);
    }
  }

  private static String name(Path place, Path folder) {
    Path name = place.relativize(folder);
    return (name.toString().isEmpty() ? folder.toAbsolutePath().normalize().getFileName() : name)
        .toString()
        .replace('\\', '/');
  }

  /**
   * The folder of a model.
   *
   * @param name its name, or the path of a model folder
   * @throws Mistake if there is none
   */
  Path find(String name) {
    return Stream.concat(
            places().stream().map(place -> place.resolve(name)), Stream.of(Path.of(name)))
        .filter(path -> Files.isRegularFile(path.resolve(ModelFiles.MANIFEST)))
        .findFirst()
        .or(() -> Optional.ofNullable(all().get(name)))
        .orElseThrow(
            () ->
                new Mistake(
                    "There is no model %s; there are: %s."
                        .formatted(name, String.join(", ", all().keySet()))));
  }
}
