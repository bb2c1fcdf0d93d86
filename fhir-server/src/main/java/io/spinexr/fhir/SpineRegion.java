package io.spinexr.fhir;

import java.util.Locale;
import java.util.regex.Pattern;
import org.hl7.fhir.r4.model.CodeableConcept;

/**
 * The part of the spine a study shows, with its codes: LOINC for the procedure (24946-6, 24983-9,
 * 24972-2, and 18748-4 for any imaging study; loinc.org), SNOMED CT for the site.
 */
public enum SpineRegion {
  CERVICAL("cervical spine", "24946-6", "XR Cervical spine Views", "122494005"),
  THORACIC("thoracic spine", "24983-9", "XR Thoracic spine Views", "122495006"),
  LUMBAR("lumbar spine", "24972-2", "XR Lumbar spine Views", "122496007"),
  /** The region is not known, or it is more than one. */
  SPINE("spine", "18748-4", "Diagnostic imaging study", "421060004");

  private static final Pattern CERVICAL_WORDS =
      Pattern.compile("CERVICAL|\\bC ?SPINE|\\bHWS\\b|\\bCTSPINE");
  private static final Pattern THORACIC_WORDS =
      Pattern.compile("THORAC|DORSAL|\\b[TD] ?SPINE|\\bBWS\\b|\\bCTSPINE|\\bTLSPINE");
  private static final Pattern LUMBAR_WORDS =
      Pattern.compile("LUMB|\\bL ?SPINE|\\bLWS\\b|\\bTLSPINE|\\bLSSPINE");

  private final String display;
  private final String loinc;
  private final String loincDisplay;
  private final String snomed;

  SpineRegion(String display, String loinc, String loincDisplay, String snomed) {
    this.display = display;
    this.loinc = loinc;
    this.loincDisplay = loincDisplay;
    this.snomed = snomed;
  }

  /**
   * The region that a DICOM BodyPartExamined or a description names, such as {@code CSPINE}, {@code
   * LWS ap} or {@code Lumbar spine 2 views}; {@link #SPINE} when it names none or several.
   */
  public static SpineRegion named(String text) {
    String words = text.toUpperCase(Locale.ROOT).replaceAll("[^A-Z]+", " ");
    boolean cervical = CERVICAL_WORDS.matcher(words).find();
    boolean thoracic = THORACIC_WORDS.matcher(words).find();
    boolean lumbar = LUMBAR_WORDS.matcher(words).find();
    if (cervical) {
      return thoracic || lumbar ? SPINE : CERVICAL;
    }
    if (thoracic) {
      return lumbar ? SPINE : THORACIC;
    }
    return lumbar ? LUMBAR : SPINE;
  }

  /** In words: {@code cervical spine}; {@code spine} when not known. */
  public String display() {
    return display;
  }

  /** What was done, as a LOINC code. */
  CodeableConcept procedure() {
    CodeableConcept procedure = Codes.concept(Codes.LOINC, loinc, loincDisplay);
    return procedure.setText("Radiograph of the " + display + ", read by AI");
  }

  /** What is shown, as a SNOMED CT code. */
  CodeableConcept bodySite() {
    CodeableConcept site = new CodeableConcept().setText(display);
    site.addCoding().setSystem(Codes.SNOMED).setCode(snomed);
    return site;
  }
}
