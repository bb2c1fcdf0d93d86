package io.spinexr.fhir.code;

import io.spinexr.finding.LesionType;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.CodeSystem;
import org.hl7.fhir.r4.model.CodeSystem.CodeSystemContentMode;
import org.hl7.fhir.r4.model.CodeSystem.ConceptDefinitionComponent;
import org.hl7.fhir.r4.model.CodeSystem.PropertyType;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.Enumerations.PublicationStatus;
import org.hl7.fhir.r4.model.Enumerations.SearchParamType;
import org.hl7.fhir.r4.model.MetadataResource;
import org.hl7.fhir.r4.model.SearchParameter;
import org.hl7.fhir.r4.model.SearchParameter.XPathUsageType;
import org.hl7.fhir.r4.model.StructureDefinition;
import org.hl7.fhir.r4.model.UriType;
import org.hl7.fhir.r4.model.ValueSet;

/**
 * What our resources refer to beside the standard: code systems, a value set, extensions, and
 * search parameters that R4 or HAPI lacks.
 */
public final class Terminology {
  /** Value set of the 13 lesion types. */
  public static final String LESION_TYPES = Codes.BASE + "/ValueSet/lesion-type";

  /** Search parameter {@code DiagnosticReport?imaging-study=}. */
  public static final String IMAGING_STUDY_SEARCH =
      Codes.BASE + "/SearchParameter/DiagnosticReport-imaging-study";

  /** Search parameter {@code Task?_sort=reading-order}. */
  public static final String READING_ORDER_SEARCH =
      Codes.BASE + "/SearchParameter/Task-reading-order";

  /** Ends the name of a search parameter by the identifiers in references. */
  public static final String BY_IDENTIFIER = "-identifier";

  private static final String VERSION = "1.1.0";

  /** The standard property of a concept that says whether it is still to be used. */
  private static final String STATUS = "status";

  private Terminology() {}

  /** All of it as a transaction that changes nothing where it is there already. */
  public static Bundle transaction() {
    Bundle bundle = new Bundle().setType(BundleType.TRANSACTION);
    put(bundle, lesionTypes());
    put(bundle, results());
    put(bundle, worklist());
    put(bundle, connectionTypes());
    put(bundle, lesionTypeSet());
    put(bundle, analysedBy());
    put(bundle, imageRegion());
    put(bundle, statedAt());
    put(bundle, readingOrder());
    put(bundle, rejectedInstance());
    put(bundle, writtenValue());
    put(bundle, imagingStudySearch());
    put(bundle, readingOrderSearch());
    put(bundle, orderSearch("based-on", List.of("DiagnosticReport", "Observation", "Task")));
    put(bundle, orderSearch("basedon", List.of("ImagingStudy")));
    return bundle;
  }

  private static void put(Bundle bundle, MetadataResource resource) {
    String url = URLEncoder.encode(resource.getUrl(), StandardCharsets.UTF_8);
    bundle
        .addEntry()
        .setResource(resource)
        .getRequest()
        .setMethod(HTTPVerb.PUT)
        .setUrl(resource.fhirType() + "?url=" + url);
  }

  private static CodeSystem lesionTypes() {
    CodeSystem system =
        codeSystem(
            Codes.LESION_TYPE,
            "LesionType",
            "Spine lesion types",
            "The 13 lesion types annotated in the VinDr-SpineXR data set.");
    system.setValueSet(LESION_TYPES);
    for (LesionType type : LesionType.values()) {
      system.addConcept().setCode(type.code()).setDisplay(type.display());
    }
    return counted(system);
  }

  private static CodeSystem results() {
    CodeSystem system =
        codeSystem(
            Codes.AI_RESULT,
            "AiResult",
            "AI results",
            "What SpineXR observes, concludes and knows of its models.");
    system
        .addProperty()
        .setCode(STATUS)
        .setUri("http://hl7.org/fhir/concept-properties#" + STATUS)
        .setType(PropertyType.CODE);
    for (ResultCode code : ResultCode.values()) {
      ConceptDefinitionComponent concept = system.addConcept().setCode(code.code());
      concept.setDisplay(code.display()).setDefinition(code.definition());
      if (code.deprecated()) {
        concept.addProperty().setCode(STATUS).setValue(new CodeType("deprecated"));
      }
    }
    return counted(system);
  }

  private static CodeSystem connectionTypes() {
    CodeSystem system =
        codeSystem(
            Codes.CONNECTION_TYPE,
            "EndpointConnectionType",
            "Endpoint connection types",
            "What an Endpoint is, beside what HL7 lists.");
    system
        .addConcept()
        .setCode(Codes.FINDINGS_PAGE)
        .setDisplay("Page of findings")
        .setDefinition(
            "Web pages of AI findings; /studies/<StudyInstanceUID> completes the address.");
    return counted(system);
  }

  private static CodeSystem worklist() {
    CodeSystem system =
        codeSystem(
            Codes.WORKLIST,
            "Worklist",
            "Reading worklist",
            "What a Task of the reading worklist is for and where it stands.");
    for (WorklistCode code : WorklistCode.values()) {
      system
          .addConcept()
          .setCode(code.code())
          .setDisplay(code.display())
          .setDefinition(code.definition());
    }
    return counted(system);
  }

  private static CodeSystem codeSystem(String url, String name, String title, String description) {
    CodeSystem system = described(new CodeSystem(), url, name, description);
    system.setTitle(title);
    return system.setCaseSensitive(true).setContent(CodeSystemContentMode.COMPLETE);
  }

  private static CodeSystem counted(CodeSystem system) {
    return system.setCount(system.getConcept().size());
  }

  private static ValueSet lesionTypeSet() {
    ValueSet set =
        described(new ValueSet(), LESION_TYPES, "LesionTypes", "All spine lesion types.");
    set.getCompose().addInclude().setSystem(Codes.LESION_TYPE);
    return set;
  }

  private static StructureDefinition extension(
      String url, String name, String context, String type, String description) {
    return described(Extensions.simple(url, name, context, type), url, name, description);
  }

  private static StructureDefinition analysedBy() {
    return extension(
        Codes.ANALYSED_BY,
        "AnalysedBy",
        "DiagnosticReport",
        "Reference",
        "The Device (a set of AI models) that computed the report.");
  }

  private static StructureDefinition statedAt() {
    return extension(
        Codes.STATED_AT,
        "StatedAt",
        "Patient",
        "instant",
        "When the EHR last stated the patient's name, birth date or sex.");
  }

  private static StructureDefinition readingOrder() {
    return extension(
        Codes.READING_ORDER,
        "ReadingOrder",
        "Task",
        "integer",
        "The Task's place on the worklist, lowest first: 10 times that of its priority (stat 1,"
            + " asap 2, urgent 3, routine 4), plus that of the AI's verdict (abnormal by classifier"
            + " 0, abnormal by detector 1, not analysable, out of scope or unknown 2, nothing found"
            + " 3).");
  }

  private static StructureDefinition rejectedInstance() {
    return extension(
        Codes.REJECTED_INSTANCE,
        "RejectedInstance",
        "ImagingStudy",
        "id",
        "DICOM SOP Instance UID of an image that the archive has rejected and that is not listed"
            + " any more.");
  }

  private static StructureDefinition writtenValue() {
    return extension(
        Codes.WRITTEN_VALUE,
        "WrittenValue",
        "Identifier",
        "string",
        "The value that SpineXR wrote: as long as the identifier has it, it is not another"
            + " system's.");
  }

  private static StructureDefinition imageRegion() {
    StructureDefinition extension =
        described(
            Extensions.of(Codes.IMAGE_REGION, "ImageRegion", "Observation"),
            Codes.IMAGE_REGION,
            "ImageRegion",
            "The image, and the region on it, that an observation is about: the elements of R5's"
                + " ImagingSelection. Coordinates are column and row, in pixels of the original"
                + " image; (0, 0) is the outer corner of its top left pixel.");
    Extensions.part(extension, "studyUid", 1, "1", "id", "DICOM Study Instance UID");
    Extensions.part(extension, "seriesUid", 1, "1", "id", "DICOM Series Instance UID");
    Extensions.part(extension, "instanceUid", 1, "1", "id", "DICOM SOP Instance UID");
    Extensions.part(extension, "frameNumber", 1, "1", "positiveInt", "DICOM frame number, from 1");
    Extensions.part(
        extension, "regionType", 0, "1", "code", "polyline; without it, the whole image");
    Extensions.part(
        extension, "coordinate", 0, "*", "decimal", "Column and row of each point in turn");
    Extensions.element(extension, "Extension.url").setFixed(new UriType(Codes.IMAGE_REGION));
    Extensions.element(extension, "Extension.value[x]").setMax("0");
    return extension;
  }

  private static SearchParameter imagingStudySearch() {
    SearchParameter parameter =
        described(
            new SearchParameter(),
            IMAGING_STUDY_SEARCH,
            "ImagingStudy",
            "The imaging study that a report is about.");
    parameter
        .setCode("imaging-study")
        .setType(SearchParamType.REFERENCE)
        .setExpression("DiagnosticReport.imagingStudy")
        .setXpathUsage(XPathUsageType.NORMAL)
        .addTarget("ImagingStudy")
        .addBase("DiagnosticReport");
    return parameter;
  }

  private static SearchParameter readingOrderSearch() {
    SearchParameter parameter =
        described(
            new SearchParameter(),
            READING_ORDER_SEARCH,
            "ReadingOrder",
            "The place on the worklist, to sort by.");
    parameter
        .setCode("reading-order")
        .setType(SearchParamType.NUMBER)
        .setExpression("Task.extension.where(url='%s').value".formatted(Codes.READING_ORDER))
        .setXpathUsage(XPathUsageType.NORMAL)
        .addBase("Task");
    return parameter;
  }

  /** What R4 writes as the modifier {@code :identifier} of a search by order. */
  private static SearchParameter orderSearch(String reference, List<String> types) {
    String code = reference + BY_IDENTIFIER;
    SearchParameter parameter =
        described(
            new SearchParameter(),
            Codes.BASE + "/SearchParameter/" + code,
            reference.equals("basedon") ? "BasedonIdentifier" : "BasedOnIdentifier",
            "An identifier by which a reference names the order.");
    parameter
        .setCode(code)
        .setType(SearchParamType.TOKEN)
        .setExpression(
            types.stream()
                .map(type -> type + ".basedOn.identifier")
                .collect(Collectors.joining(" | ")))
        .setXpathUsage(XPathUsageType.NORMAL);
    types.forEach(parameter::addBase);
    return parameter;
  }

  private static <T extends MetadataResource> T described(
      T resource, String url, String name, String description) {
    resource
        .setUrl(url)
        .setVersion(VERSION)
        .setName(name)
        .setStatus(PublicationStatus.ACTIVE)
        .setExperimental(false)
        .setPublisher("SpineXR")
        .setDescription(description)
        .setText(Narratives.of(description));
    return resource;
  }
}
