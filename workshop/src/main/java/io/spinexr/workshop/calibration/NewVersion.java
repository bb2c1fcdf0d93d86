package io.spinexr.workshop.calibration;

import io.spinexr.finding.Labelling;
import io.spinexr.inference.folder.DeclaredCalibration;
import io.spinexr.inference.folder.ModelException;
import io.spinexr.inference.folder.ModelFiles;
import io.spinexr.inference.folder.ModelFolder;
import io.spinexr.inference.folder.ModelSetFolder;
import io.spinexr.inference.folder.ModelSetManifest;
import io.spinexr.inference.folder.Regulatory;
import io.spinexr.inference.folder.ThresholdOrigin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.util.FileSystemUtils;

/** A copy of a model set, with its members, under another version and with other settings. */
public final class NewVersion {
  private static final Pattern LAST_NUMBER = Pattern.compile("(.*?)(\\d{1,9})");

  private NewVersion() {}

  /** The version after one: its last number is raised, e.g. 1.0.0 to 1.0.1. */
  public static String after(String version) {
    Matcher number = LAST_NUMBER.matcher(version);
    return number.matches()
        ? number.group(1) + (Integer.parseInt(number.group(2)) + 1)
        : version + ".1";
  }

  /**
   * Writes the copy. The manifest comes last, so that a copy that was interrupted is no set. A
   * clearance does not hold for another threshold, so that the copy is for research. Where no
   * scores could be chosen, those of the set stay.
   *
   * @param out must not exist, or be empty
   * @throws ModelException if it cannot be written
   */
  public static void write(
      ModelSetFolder set, String version, ChosenSettings chosen, ThresholdOrigin origin, Path out) {
    ModelSetManifest old = set.manifest();
    try {
      Files.createDirectories(out);
      Set<String> taken = new HashSet<>();
      List<String> classifiers = new ArrayList<>();
      for (ModelFolder classifier : set.classifiers()) {
        classifiers.add(copy(classifier, taken, out));
      }
      String detector = copy(set.detector(), taken, out);
      @Nullable String imageCheck =
          set.imageCheck().isPresent() ? copy(set.imageCheck().get(), taken, out) : null;
      ModelFiles.write(
          out,
          ModelFiles.SET_MANIFEST,
          new ModelSetManifest(
              old.name(),
              version,
              classifiers,
              old.mean(),
              chosen.threshold().threshold().value(),
              old.keepScore(),
              old.boundary(),
              detector,
              old.scope(),
              old.labelling().research()
                  ? old.regulatory()
                  : new Regulatory(Labelling.Status.RESEARCH, null),
              old.intendedUse(),
              origin,
              DeclaredCalibration.of(chosen.calibration().map()),
              chosen.scores().isEmpty() ? old.scores() : ChosenSettings.declared(chosen.scores()),
              imageCheck));
    } catch (IOException e) {
      throw new ModelException(
          "the model set cannot be copied to %s: %s; remove that folder".formatted(out, e), e);
    }
    if (!ModelSetFolder.read(out).modelSet().models().equals(set.modelSet().models())) {
      throw new ModelException(
          "the models in %s are not those that were copied; remove that folder and try again"
              .formatted(out));
    }
  }

  private static String copy(ModelFolder member, Set<String> taken, Path out) throws IOException {
    String name = member.path().toRealPath().getFileName().toString();
    while (!taken.add(name)) {
      name += "-2";
    }
    FileSystemUtils.copyRecursively(member.path(), out.resolve(name));
    return name;
  }
}
