package io.spinexr.inference.folder;

import io.spinexr.finding.Labelling;
import io.spinexr.finding.LesionType;
import io.spinexr.finding.ModelSet;
import io.spinexr.finding.ModelVersion;
import io.spinexr.image.Preprocessing;
import io.spinexr.inference.folder.ModelManifest.Task;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A model set as its folders describe it: all that is known of it without opening a network.
 *
 * @param manifest {@code model-set.json}, which names the folders of the members
 * @param imageCheck empty if the set does not look whether an image is one of its own
 */
public record ModelSetFolder(
    ModelSetManifest manifest,
    List<ModelFolder> classifiers,
    ModelFolder detector,
    Optional<ModelFolder> imageCheck) {
  /**
   * Reads the manifests of a set and of its members.
   *
   * @param folder with {@code model-set.json}
   * @throws ModelException one sentence that names the folder, what is wrong and what to do
   */
  public static ModelSetFolder read(Path folder) {
    ModelSetManifest manifest =
        ModelFiles.read(folder, ModelFiles.SET_MANIFEST, ModelSetManifest.class);
    List<ModelFolder> classifiers =
        manifest.classifiers().stream()
            .map(member -> member(folder, member, Task.CLASSIFICATION))
            .toList();
    Set<String> names = new HashSet<>();
    for (ModelFolder classifier : classifiers) {
      if (!names.add(classifier.manifest().name())) {
        throw new ModelException(
            "model set %s has two classifiers named %s; give each model.json its own name"
                .formatted(folder, classifier.manifest().name()));
      }
    }
    ModelSetFolder set =
        new ModelSetFolder(
            manifest,
            classifiers,
            member(folder, manifest.detector(), Task.DETECTION),
            Optional.ofNullable(manifest.imageCheck())
                .map(member -> member(folder, member, Task.IMAGE_CHECK)));
    set.requireClearance(folder);
    set.requireOnePreprocessing(folder);
    set.requireKnownTypes(folder);
    return set;
  }

  private static ModelFolder member(Path folder, String name, Task task) {
    ModelFolder member = ModelFolder.read(folder.resolve(name).normalize());
    if (member.manifest().task() != task) {
      throw new ModelException(
          "the model in %s does %s, but the model set wants it for %s; correct model-set.json"
              .formatted(member.path(), member.manifest().task(), task));
    }
    return member;
  }

  private void requireClearance(Path folder) {
    for (ModelManifest member : manifests()) {
      Regulatory stated = member.regulatory();
      if (!manifest.labelling().research()
          && stated != null
          && stated.status() == Labelling.Status.RESEARCH) {
        throw new ModelException(
            "model set %s is cleared, but its member %s is for research; correct model-set.json"
                .formatted(folder, member.name()));
      }
    }
  }

  private void requireOnePreprocessing(Path folder) {
    if (manifests().stream().map(ModelManifest::imagePreprocessing).distinct().count() > 1) {
      throw new ModelException(
          "the members of model set %s want images that are prepared differently (%s); make one set for each preprocessing"
              .formatted(
                  folder,
                  manifests().stream()
                      .map(member -> member.name() + ": " + member.imagePreprocessing())
                      .collect(Collectors.joining("; "))));
    }
  }

  private void requireKnownTypes(Path folder) {
    for (LesionType type : manifest.lesionScores().stated().keySet()) {
      if (!lesionTypes().contains(type)) {
        throw new ModelException(
            "model set %s states scores of %s, which its detector does not know; correct model-set.json"
                .formatted(folder, type.code()));
      }
    }
  }

  private List<ModelManifest> manifests() {
    return members().map(ModelFolder::manifest).toList();
  }

  /** Classifiers, detector and image check. */
  public Stream<ModelFolder> members() {
    return Stream.of(classifiers.stream(), Stream.of(detector), imageCheck.stream())
        .flatMap(some -> some);
  }

  /** Name, version, members and what they may be used for, for reports. */
  public ModelSet modelSet() {
    return new ModelSet(
        manifest.name(),
        manifest.version(),
        members().map(ModelFolder::version).toList(),
        manifest.labelling());
  }

  /** What each member says of itself, as Markdown. */
  public Map<ModelVersion, String> modelCards() {
    return members()
        .collect(
            Collectors.toMap(
                ModelFolder::version,
                member -> ModelCard.markdown(member.manifest(), manifest.labelling())));
  }

  /** How radiographs become the images that all networks of the set take. */
  public Preprocessing preprocessing() {
    return detector.manifest().imagePreprocessing();
  }

  /** What the set can find, in the order of the detector's labels. */
  public List<LesionType> lesionTypes() {
    return detector.manifest().lesionTypes();
  }
}
