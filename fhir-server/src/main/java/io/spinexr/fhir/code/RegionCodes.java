package io.spinexr.fhir.code;

import io.spinexr.study.SpineRegion;
import org.hl7.fhir.r4.model.CodeableConcept;

/**
 * Parts of the spine as codes: LOINC for the procedure (loinc.org; 18748-4 stands for any imaging
 * study), SNOMED CT for the site (DICOM PS3.16, CID 4031).
 */
public final class RegionCodes {
  private RegionCodes() {}

  /** What was done, as a LOINC code. */
  public static CodeableConcept procedure(SpineRegion region) {
    return examination(region).setText("Radiograph of the " + region.display() + ", read by AI");
  }

  /** What is to be done, as a LOINC code. */
  public static CodeableConcept examination(SpineRegion region) {
    return switch (region) {
      case CERVICAL -> loinc("24946-6", "XR Cervical spine Views");
      case CERVICOTHORACIC -> loinc("37481-9", "XR Cervical and thoracic spine Views");
      case THORACIC -> loinc("24983-9", "XR Thoracic spine Views");
      case THORACOLUMBAR -> loinc("42692-4", "XR Thoracic and lumbar spine Views");
      case LUMBAR -> loinc("24972-2", "XR Lumbar spine Views");
      case LUMBOSACRAL -> loinc("37340-7", "XR Spine Lumbar and Sacrum Views");
      case SACRAL -> loinc("24665-2", "XR Sacrum and Coccyx Views");
      case SPINE -> loinc("18748-4", "Diagnostic imaging study");
    };
  }

  /** What is shown, as a SNOMED CT code. */
  public static CodeableConcept bodySite(SpineRegion region) {
    String code =
        switch (region) {
          case CERVICAL -> "122494005";
          case CERVICOTHORACIC -> "1217257000";
          case THORACIC -> "122495006";
          case THORACOLUMBAR -> "1217256009";
          case LUMBAR -> "122496007";
          case LUMBOSACRAL -> "1217253001";
          case SACRAL -> "1217254007";
          case SPINE -> "421060004";
        };
    CodeableConcept site = new CodeableConcept().setText(region.display());
    site.addCoding().setSystem(Codes.SNOMED).setCode(code);
    return site;
  }

  private static CodeableConcept loinc(String code, String display) {
    return Codes.concept(Codes.LOINC, code, display);
  }
}
