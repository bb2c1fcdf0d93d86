package io.spinexr;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The arrows of docs/architecture.md. */
@AnalyzeClasses(packages = "io.spinexr", importOptions = ArchitectureTest.WithoutTestJars.class)
class ArchitectureTest {
  private static final String[] SCIENCE = {
    "io.spinexr.finding..",
    "io.spinexr.fusion..",
    "io.spinexr.triage..",
    "io.spinexr.evaluation..",
    "io.spinexr.image..",
    "io.spinexr.scope..",
    "io.spinexr.study..",
    "io.spinexr.result..",
    "io.spinexr.text..",
    "io.spinexr.cores.."
  };
  private static final String[] IMAGES = {"io.spinexr.dicom..", "io.spinexr.dicomweb.."};
  private static final String TLS = "io.spinexr.tls..";
  private static final String NETWORKS = "io.spinexr.inference..";
  private static final String RECORD = "io.spinexr.fhir..";
  private static final String PHANTOMS = "io.spinexr.phantom..";
  private static final String WORKSHOP = "io.spinexr.workshop..";

  /** The rooms of the service: each knows only those before it. */
  private static final List<String> ROOMS =
      List.of(
          "io.spinexr.order..",
          "io.spinexr.archive..",
          "io.spinexr.radiograph..",
          "io.spinexr.output..",
          "io.spinexr.state..",
          "io.spinexr.store..",
          "io.spinexr.audit..",
          "io.spinexr.job..",
          "io.spinexr.outcome..",
          "io.spinexr.search..",
          "io.spinexr.analysis..",
          "io.spinexr.retention..",
          "io.spinexr.syslog..",
          "io.spinexr.replay..",
          "io.spinexr.erasure..",
          "io.spinexr.service..",
          "io.spinexr.access..",
          "io.spinexr.cds..",
          "io.spinexr.app..");

  private static final int LARGEST_PACKAGE = 16;

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().matching("io.spinexr.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule scienceNeedsNothingButTheJdk =
      noClasses()
          .that()
          .resideInAnyPackage(SCIENCE)
          .should()
          .dependOnClassesThat()
          .resideOutsideOfPackages(
              Stream.concat(Stream.of("java.."), Stream.of(SCIENCE)).toArray(String[]::new));

  /** What images and record have in common. */
  @ArchTest
  static final ArchRule tlsNeedsNothingButTheJdk =
      noClasses()
          .that()
          .resideInAPackage(TLS)
          .should()
          .dependOnClassesThat()
          .resideOutsideOfPackages("java..", "javax.net..", "org.jspecify..", TLS);

  @ArchTest
  static final ArchRule imagesDoNotKnowNetworksRecordOrService = apart(IMAGES, NETWORKS, RECORD);

  @ArchTest
  static final ArchRule networksDoNotKnowImagesRecordOrService =
      apart(new String[] {NETWORKS}, IMAGES[0], IMAGES[1], RECORD);

  /** What runs a network is known where it runs it, and where graphs are made and measured. */
  @ArchTest
  static final ArchRule networksHideTheirRuntime =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "io.spinexr.inference.tensorflow..",
              "io.spinexr.inference.layer..",
              "io.spinexr.inference.network..",
              "io.spinexr.inference.architecture..",
              "io.spinexr.workshop.training..",
              "io.spinexr.workshop.benchmark..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.tensorflow..", "org.bytedeco..", "ai.onnxruntime..");

  @ArchTest
  static final ArchRule recordDoesNotKnowImagesNetworksOrService =
      apart(new String[] {RECORD}, IMAGES[0], IMAGES[1], NETWORKS);

  @ArchTest
  static void roomsKnowOnlyThoseBeforeThem(JavaClasses classes) {
    for (int room = 0; room < ROOMS.size() - 1; room++) {
      noClasses()
          .that()
          .resideInAPackage(ROOMS.get(room))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(ROOMS.subList(room + 1, ROOMS.size()).toArray(String[]::new))
          .check(classes);
    }
  }

  @ArchTest
  static final ArchRule findingsComeFromFilesWhateverTheyAreFor =
      noClasses()
          .that()
          .resideInAPackage("io.spinexr.radiograph..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.spinexr.order..", RECORD);

  @ArchTest
  static final ArchRule archivesDoNotKnowTheRecord =
      noClasses()
          .that()
          .resideInAPackage("io.spinexr.archive..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(RECORD);

  @ArchTest
  static void packagesStaySmallAndSayWhatLivesThere(JavaClasses classes) {
    Map<String, Long> sizes =
        classes.stream()
            .filter(JavaClass::isTopLevelClass)
            .filter(type -> !type.getSimpleName().equals("package-info"))
            .collect(groupingBy(JavaClass::getPackageName, counting()));
    assertThat(sizes)
        .allSatisfy((name, size) -> assertThat(size).isLessThanOrEqualTo(LARGEST_PACKAGE));
    assertThat(sizes.keySet()).allSatisfy(name -> assertThat(sourceOf(name)).isRegularFile());
  }

  private static Path sourceOf(String packageName) {
    String file = packageName.replace('.', '/') + "/package-info.java";
    try (Stream<Path> modules = Files.list(Path.of("..").toAbsolutePath().normalize())) {
      return modules
          .map(module -> module.resolve("src/main/java").resolve(file))
          .filter(Files::exists)
          .findFirst()
          .orElse(Path.of(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ArchTest
  static final ArchRule phantomsKnowScienceAndImagesOnly =
      apart(new String[] {PHANTOMS}, NETWORKS, RECORD, WORKSHOP);

  /** So that no server has on its class path what plays a hospital or makes models. */
  @ArchTest
  static final ArchRule theProgramKnowsNeitherPhantomsNorTheWorkshop =
      noClasses()
          .that()
          .resideOutsideOfPackages(PHANTOMS, WORKSHOP)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(PHANTOMS, WORKSHOP);

  private static ArchRule apart(String[] packages, String... strangers) {
    return noClasses()
        .that()
        .resideInAnyPackage(packages)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            Stream.concat(Stream.of(strangers), ROOMS.stream()).toArray(String[]::new));
  }

  /** Test classes of the other modules come in jars of their own. */
  static final class WithoutTestJars implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("-tests.jar") && !location.contains("test-classes");
    }
  }
}
