package io.spinexr.fhir;

import io.spinexr.finding.LesionType;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.CodeSystem;
import org.hl7.fhir.r4.model.CodeSystem.CodeSystemContentMode;
import org.hl7.fhir.r4.model.ElementDefinition;
import org.hl7.fhir.r4.model.Enumerations.FHIRVersion;
import org.hl7.fhir.r4.model.Enumerations.PublicationStatus;
import org.hl7.fhir.r4.model.Enumerations.SearchParamType;
import org.hl7.fhir.r4.model.MetadataResource;
import org.hl7.fhir.r4.model.SearchParameter;
import org.hl7.fhir.r4.model.SearchParameter.XPathUsageType;
import org.hl7.fhir.r4.model.StructureDefinition;
import org.hl7.fhir.r4.model.StructureDefinition.ExtensionContextType;
import org.hl7.fhir.r4.model.StructureDefinition.StructureDefinitionKind;
import org.hl7.fhir.r4.model.StructureDefinition.TypeDerivationRule;
import org.hl7.fhir.r4.model.UriType;
import org.hl7.fhir.r4.model.ValueSet;

/**
 * What our resources refer to beside the standard: code systems, a value set, extensions, and
 * search parameters that R4 lacks.
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

  private static final String VERSION = "1.1.0";

  private Terminology() {}

  /** All of it as a transaction that changes nothing where it is there already. */
  public static Bundle transaction() {
    Bundle bundle = new Bundle().setType(BundleType.TRANSACTION);
    put(bundle, lesionTypes());
    put(bundle, results());
    put(bundle, worklist());
    put(bundle, lesionTypeSet());
    put(bundle, analysedBy());
    put(bundle, imageRegion());
    put(bundle, statedAt());
    put(bundle, readingOrder());
    put(bundle, rejectedInstance());
    put(bundle, imagingStudySearch());
    put(bundle, readingOrderSearch());
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
    for (ResultCode code : ResultCode.values()) {
      system
          .addConcept()
          .setCode(code.code())
          .setDisplay(code.display())
          .setDefinition(code.definition());
    }
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

  private static StructureDefinition analysedBy() {
    StructureDefinition extension =
        extension(
            Codes.ANALYSED_BY,
            "AnalysedBy",
            "DiagnosticReport",
            "The Device (a set of AI models) that computed the report.");
    element(extension, "Extension.extension").setMax("0");
    element(extension, "Extension.url").setFixed(new UriType(Codes.ANALYSED_BY));
    element(extension, "Extension.value[x]")
        .setMin(1)
        .addType()
        .setCode("Reference")
        .addTargetProfile("http://hl7.org/fhir/StructureDefinition/Device");
    return extension;
  }

  private static StructureDefinition statedAt() {
    StructureDefinition extension =
        extension(
            Codes.STATED_AT,
            "StatedAt",
            "Patient",
            "When the EHR last stated the patient's name, birth date or sex.");
    element(extension, "Extension.extension").setMax("0");
    element(extension, "Extension.url").setFixed(new UriType(Codes.STATED_AT));
    element(extension, "Extension.value[x]").setMin(1).addType().setCode("instant");
    return extension;
  }

  private static StructureDefinition readingOrder() {
    StructureDefinition extension =
        extension(
            Codes.READING_ORDER,
            "ReadingOrder",
            "Task",
            "The Task's place on the worklist, lowest first: 10 times that of its priority (stat 1,"
                + " asap 2, urgent 3, routine 4), plus that of the AI's verdict (abnormal by"
                + " classifier 0, abnormal by detector 1, not analysable or unknown 2, nothing"
                + " found 3).");
    element(extension, "Extension.extension").setMax("0");
    element(extension, "Extension.url").setFixed(new UriType(Codes.READING_ORDER));
    element(extension, "Extension.value[x]").setMin(1).addType().setCode("integer");
    return extension;
  }

  private static StructureDefinition rejectedInstance() {
    StructureDefinition extension =
        extension(
            Codes.REJECTED_INSTANCE,
            "RejectedInstance",
            "ImagingStudy",
            "DICOM SOP Instance UID of an image that the archive has rejected and that is not"
                + " listed any more.");
    element(extension, "Extension.extension").setMax("0");
    element(extension, "Extension.url").setFixed(new UriType(Codes.REJECTED_INSTANCE));
    element(extension, "Extension.value[x]").setMin(1).addType().setCode("id");
    return extension;
  }

  private static StructureDefinition imageRegion() {
    StructureDefinition extension =
        extension(
            Codes.IMAGE_REGION,
            "ImageRegion",
            "Observation",
            "The image, and the region on it, that an observation is about: the elements of R5's"
                + " ImagingSelection. Coordinates are column and row, in pixels of the original"
                + " image; (0, 0) is the outer corner of its top left pixel.");
    part(extension, "studyUid", 1, "1", "id", "DICOM Study Instance UID");
    part(extension, "seriesUid", 1, "1", "id", "DICOM Series Instance UID");
    part(extension, "instanceUid", 1, "1", "id", "DICOM SOP Instance UID");
    part(extension, "frameNumber", 1, "1", "positiveInt", "DICOM frame number, from 1");
    part(extension, "regionType", 0, "1", "code", "polyline; without it, the whole image");
    part(extension, "coordinate", 0, "*", "decimal", "Column and row of each point in turn");
    element(extension, "Extension.url").setFixed(new UriType(Codes.IMAGE_REGION));
    element(extension, "Extension.value[x]").setMax("0");
    return extension;
  }

  private static StructureDefinition extension(
      String url, String name, String context, String description) {
    StructureDefinition extension = described(new StructureDefinition(), url, name, description);
    extension
        .setFhirVersion(FHIRVersion._4_0_1)
        .setKind(StructureDefinitionKind.COMPLEXTYPE)
        .setAbstract(false)
        .setType("Extension")
        .setBaseDefinition("http://hl7.org/fhir/StructureDefinition/Extension")
        .setDerivation(TypeDerivationRule.CONSTRAINT);
    extension.addContext().setType(ExtensionContextType.ELEMENT).setExpression(context);
    element(extension, "Extension").setShort(name).setDefinition(description);
    return extension;
  }

  private static void part(
      StructureDefinition extension,
      String name,
      int min,
      String max,
      String type,
      String meaning) {
    String id = "Extension.extension:" + name;
    ElementDefinition slice = element(extension, "Extension.extension");
    slice.setSliceName(name).setMin(min).setMax(max).setShort(meaning).setId(id);
    element(extension, "Extension.extension.extension").setMax("0").setId(id + ".extension");
    element(extension, "Extension.extension.url").setFixed(new UriType(name)).setId(id + ".url");
    ElementDefinition value = element(extension, "Extension.extension.value[x]").setMin(1);
    value.addType().setCode(type);
    value.setId(id + ".value[x]");
  }

  private static ElementDefinition element(StructureDefinition extension, String path) {
    ElementDefinition element = extension.getDifferential().addElement().setPath(path);
    element.setId(path);
    return element;
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
