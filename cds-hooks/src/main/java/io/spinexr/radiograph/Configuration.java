package io.spinexr.radiograph;

import io.spinexr.archive.study.RadiographProperties;
import io.spinexr.evaluation.calibration.CalibrationMap;
import io.spinexr.finding.ModelVersion;
import io.spinexr.fusion.LesionScores;
import io.spinexr.scope.Scope;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Everything beside the images that decides what is found in them.
 *
 * @param program version of SpineXR
 * @param modelSet hash of the model set's content: its members' files, how they work together and
 *     the images that they are made for; 64 hexadecimal digits
 * @param settings of the site, as its YAML file names them, and {@code device}, what the networks
 *     run on
 */
public record Configuration(String program, String modelSet, SortedMap<String, String> settings) {
  public Configuration {
    settings = Collections.unmodifiableSortedMap(new TreeMap<>(settings));
  }

  /**
   * As it is now.
   *
   * @param maxMegapixels larger images are not analysed, in millions of pixels
   */
  public static Configuration of(
      Analyser analyser, RadiographProperties radiographs, int maxMegapixels) {
    return new Configuration(
        Optional.ofNullable(Configuration.class.getPackage().getImplementationVersion())
            .orElse("development"),
        content(analyser),
        new TreeMap<>(
            Map.of(
                "spinexr.radiographs.modalities", list(radiographs.modalities()),
                "spinexr.radiographs.body-parts", list(radiographs.bodyParts()),
                "spinexr.radiographs.description",
                    radiographs.description().map(Pattern::pattern).orElse(""),
                "spinexr.radiographs.procedure-codes", list(radiographs.procedureCodes()),
                "spinexr.analysis.max-megapixels", String.valueOf(maxMegapixels),
                "device", analyser.device())));
  }

  private static String content(Analyser analyser) {
    Scope scope = analyser.scope();
    Stream<String> members =
        analyser.models().models().stream().map(ModelVersion::toString).sorted();
    Stream<String> together =
        Stream.of(
            analyser.models().id(),
            analyser.mean().toString(),
            analyser.rule().toString(),
            analyser.preprocessing().toString(),
            scope.minimumAge() + " to " + scope.maximumAge(),
            list(scope.regions()),
            list(scope.views()),
            list(scope.modalities()),
            scope.species().toString(),
            String.valueOf(scope.minimumSize()));
    // As it was before there were any, so that sets without them keep their hash.
    Stream<String> since =
        Stream.of(analyser.calibration(), analyser.scores())
            .filter(
                part ->
                    !part.equals(new CalibrationMap.Unchanged())
                        && !part.equals(new LesionScores(Map.of())))
            .map(Object::toString);
    return hash(Stream.of(members, together, since).flatMap(lines -> lines));
  }

  /** Names the settings by their content: 64 hexadecimal digits. */
  public String digest() {
    return hash(settings.entrySet().stream().map(Map.Entry::toString));
  }

  private static String hash(Stream<String> lines) {
    String text = lines.collect(Collectors.joining("\n"));
    return Provenance.sha256(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String list(Collection<?> values) {
    return values.stream().map(Object::toString).sorted().collect(Collectors.joining(","));
  }
}
