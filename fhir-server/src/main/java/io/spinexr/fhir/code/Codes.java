package io.spinexr.fhir.code;

import io.spinexr.fhir.worklist.ReadingOrder;
import io.spinexr.finding.LesionType;
import io.spinexr.study.OrderReference;
import java.util.EnumMap;
import java.util.Map;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;

/**
 * The code systems that our resources use: our own, which {@link Terminology} publishes, and those
 * of others as far as a public source confirms code and meaning.
 */
public final class Codes {
  /** Namespace of everything that SpineXR defines. A name, not an address: nothing is fetched. */
  public static final String BASE = "https://spinexr.io/fhir";

  /** Our code system of the 13 lesion types; codes are {@link LesionType#code}. */
  public static final String LESION_TYPE = BASE + "/CodeSystem/lesion-type";

  /** Our code system for what is observed, concluded and known of a model. */
  public static final String AI_RESULT = BASE + "/CodeSystem/ai-result";

  /** Our code system for the reading worklist: what a Task is for and where it stands. */
  public static final String WORKLIST = BASE + "/CodeSystem/worklist";

  /** Our code system of what an Endpoint is, beside what HL7 lists. */
  public static final String CONNECTION_TYPE = BASE + "/CodeSystem/endpoint-connection-type";

  /** In {@link #CONNECTION_TYPE}: the pages that show findings to people. */
  public static final String FINDINGS_PAGE = "findings-page";

  /** Identifier system of reports: {@code <study UID>/<model set id>}. */
  public static final String REPORT_IDENTIFIER = BASE + "/identifier/report";

  /**
   * Identifier system of worklist Tasks: {@code <study UID>/<model set id>}, or {@code <order
   * system>/<order id>} for an order without images; {@code <study UID>/identity-dispute} for the
   * question whose images they are, {@code <study UID>/missing-in-archive} for what became of them;
   * {@code <study UID>/<model set id>/late-images/<hash of their UIDs>} for images that came after
   * the study was read.
   */
  public static final String TASK_IDENTIFIER = BASE + "/identifier/task";

  /**
   * Identifier system of Observations: {@code <SOP instance UID>/<model set id>} for an image,
   * {@code <SOP instance UID>/<lesion type>/<left>-<top>-<right>-<bottom>/<model set id>} for a
   * finding on it, in whole pixels; {@code /2} and so on before the model set if that repeats. Up
   * to version 0.1 a finding's rank stood for type and box. A finding that was withdrawn does not
   * name its type any more.
   */
  public static final String OBSERVATION_IDENTIFIER = BASE + "/identifier/observation";

  /** Identifier system of Devices: a model set's id, or a model's name, version and hash. */
  public static final String MODEL_IDENTIFIER = BASE + "/identifier/model";

  /** Identifier system of our copies of orders: {@link OrderReference#key}. */
  public static final String ORDER_IDENTIFIER = BASE + "/identifier/order";

  /** Identifier system of an operator that has no other identifier: its name. */
  public static final String ORGANIZATION_IDENTIFIER = BASE + "/identifier/organization";

  /** Identifier system of Endpoints: the address. */
  public static final String ENDPOINT_IDENTIFIER = BASE + "/identifier/endpoint";

  /** Tag system that names the analysis a Provenance is about, as in {@link #REPORT_IDENTIFIER}. */
  public static final String ANALYSIS_TAG = BASE + "/analysis";

  /** Extension of a report: the Device that computed it. R4 has no element for it. */
  public static final String ANALYSED_BY = BASE + "/StructureDefinition/analysed-by";

  /** Extension of an Observation: where on which image, in the shape of R5's ImagingSelection. */
  public static final String IMAGE_REGION = BASE + "/StructureDefinition/image-region";

  /** Extension of a Patient: when the EHR last stated name, birth date and sex. */
  public static final String STATED_AT = BASE + "/StructureDefinition/stated-at";

  /** Extension of a Task: its place on the worklist, see {@link ReadingOrder}. */
  public static final String READING_ORDER = BASE + "/StructureDefinition/reading-order";

  /** Extension of an ImagingStudy: an image that the archive has rejected. */
  public static final String REJECTED_INSTANCE = BASE + "/StructureDefinition/rejected-instance";

  /** Extension of an identifier: the value that we wrote, see {@link OwnMark}. */
  public static final String WRITTEN_VALUE = BASE + "/StructureDefinition/written-value";

  /** What stands before the images' hash in the identifier of a Task for late images. */
  public static final String LATE_IMAGES = "/late-images/";

  /** What follows the study UID in the identifier of a Task on whose images they are. */
  public static final String DISPUTE = "/identity-dispute";

  /** What follows the study UID in the identifier of a Task on a study that is missing. */
  public static final String MISSING = "/missing-in-archive";

  public static final String DICOM_UID = "urn:dicom:uid";
  public static final String DICOM = "http://dicom.nema.org/resources/ontology/DCM";
  public static final String LOINC = "http://loinc.org";
  static final String SNOMED = "http://snomed.info/sct";
  public static final String IDENTIFIER_TYPE = "http://terminology.hl7.org/CodeSystem/v2-0203";
  public static final String ACCESSION = "ACSN";
  static final String UCUM = "http://unitsofmeasure.org";
  public static final String HL7 = "http://terminology.hl7.org/CodeSystem/";

  /**
   * SNOMED CT disorders. Source: SNOMED CT International Edition, 274152003 |Spondylolisthesis
   * (disorder)| and 42942008 |Compression fracture of vertebral column (disorder)|. The other types
   * have no finding or disorder that is known to mean the same; what SNOMED CT has for implants and
   * foreign bodies are objects.
   */
  private static final Map<LesionType, Coding> SNOMED_LESIONS =
      new EnumMap<>(
          Map.of(
              LesionType.SPONDYLOLISTHESIS,
              new Coding(SNOMED, "274152003", "Spondylolisthesis"),
              LesionType.VERTEBRAL_COLLAPSE,
              new Coding(SNOMED, "42942008", "Compression fracture of vertebral column")));

  private Codes() {}

  public static CodeableConcept concept(String system, String code, String display) {
    return new CodeableConcept(new Coding(system, code, display));
  }

  /** The lesion type in our code system, and in SNOMED CT where that has it. */
  public static CodeableConcept lesion(LesionType type) {
    CodeableConcept concept = concept(LESION_TYPE, type.code(), type.display());
    Coding snomed = SNOMED_LESIONS.get(type);
    if (snomed != null) {
      concept.addCoding(snomed.copy());
    }
    return concept.setText(type.display());
  }
}
