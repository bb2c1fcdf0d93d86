package io.spinexr;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
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
    "io.spinexr.result.."
  };
  private static final String[] IMAGES = {"io.spinexr.dicom..", "io.spinexr.dicomweb.."};
  private static final String NETWORKS = "io.spinexr.inference..";
  private static final String RECORD = "io.spinexr.fhir..";
  private static final String PHANTOMS = "io.spinexr.phantom..";
  private static final String WORKSHOP = "io.spinexr.workshop..";
  private static final String[] SERVICE = {
    "io.spinexr.cds..",
    "io.spinexr.order..",
    "io.spinexr.archive..",
    "io.spinexr.radiograph..",
    "io.spinexr.analysis..",
    "io.spinexr.output..",
    "io.spinexr.app.."
  };

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
  static final ArchRule ordersKnowNoneOfTheRest =
      noClasses()
          .that()
          .resideInAPackage("io.spinexr.order..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.spinexr.archive..",
              "io.spinexr.cds..",
              "io.spinexr.analysis..",
              "io.spinexr.app..");

  @ArchTest
  static final ArchRule archivesKnowOrdersOnly =
      noClasses()
          .that()
          .resideInAPackage("io.spinexr.archive..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.spinexr.radiograph..",
              "io.spinexr.cds..",
              "io.spinexr.analysis..",
              "io.spinexr.app..",
              RECORD);

  @ArchTest
  static final ArchRule findingsComeFromFilesWhateverTheyAreFor =
      noClasses()
          .that()
          .resideInAPackage("io.spinexr.radiograph..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.spinexr.order..",
              "io.spinexr.cds..",
              "io.spinexr.analysis..",
              "io.spinexr.app..",
              RECORD);

  @ArchTest
  static final ArchRule outputsDoNotKnowWhoBringsResults =
      noClasses()
          .that()
          .resideInAPackage("io.spinexr.output..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.spinexr.order..",
              "io.spinexr.archive..",
              "io.spinexr.cds..",
              "io.spinexr.analysis..",
              "io.spinexr.app..");

  @ArchTest
  static final ArchRule analysesDoNotKnowCdsHooks =
      noClasses()
          .that()
          .resideInAPackage("io.spinexr.analysis..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.spinexr.cds..", "io.spinexr.app..");

  @ArchTest
  static final ArchRule nothingKnowsTheProgram =
      noClasses()
          .that()
          .resideOutsideOfPackages("io.spinexr.app..", WORKSHOP)
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.spinexr.app..");

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
            Stream.concat(Stream.of(strangers), Stream.of(SERVICE)).toArray(String[]::new));
  }

  /** Test classes of the other modules come in jars of their own. */
  static final class WithoutTestJars implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("-tests.jar") && !location.contains("test-classes");
    }
  }
}
