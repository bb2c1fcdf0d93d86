package io.spinexr.analysis;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Which series in the archive are radiographs of the spine: {@code spinexr.radiographs}.
 *
 * @param modalities DICOM Modality of radiographs
 * @param bodyParts values of BodyPartExamined (0018,0015) that mean spine, in any case, blanks and
 *     hyphens ignored; the defined terms of PS3.16 annex L and spellings seen from vendors
 * @param description a series or study description that means spine, as a regular expression found
 *     anywhere in it, in any case
 * @param procedureCodes values in ProcedureCodeSequence (0008,1032) that mean spine radiography
 */
public record RadiographProperties(
    @DefaultValue({"CR", "DX", "RF", "DR"}) List<String> modalities,
    @DefaultValue({
          "SPINE",
          "CSPINE",
          "TSPINE",
          "LSPINE",
          "SSPINE",
          "CTSPINE",
          "TLSPINE",
          "LSSPINE",
          "CTLSPINE",
          "DSPINE",
          "COCCYX",
          "SACRUM",
          "CERVICALSPINE",
          "THORACICSPINE",
          "DORSALSPINE",
          "LUMBARSPINE",
          "SACRALSPINE",
          "LUMBOSACRALSPINE",
          "THORACOLUMBARSPINE",
          "CERVICOTHORACICSPINE",
          "WHOLESPINE",
          "SPINECERVICAL",
          "SPINETHORACIC",
          "SPINELUMBAR",
          "SPINECERV",
          "SPINETHOR",
          "SPINELUMB",
          "CERVICAL",
          "THORACIC",
          "LUMBAR",
          "LUMBOSACRAL",
          "HWS",
          "BWS",
          "LWS"
        })
        List<String> bodyParts,
    @DefaultValue(
            "\\bspin(e|al)\\b|[ctl]-?spine|vertebra|\\bcervical\\b|\\blumb(ar|osacral)\\b"
                + "|\\bthoracolumbar\\b|wirbels|\\b[hbl]ws\\b|\\brachis|\\bcolumna\\b|scolios|skolios")
        Pattern description,
    @DefaultValue({
          "72020", "72040", "72050", "72052", "72070", "72072", "72074", "72080", "72081",
          "72082", "72083", "72084", "72100", "72110", "72114", "72120", "24946-6", "24942-5",
          "24943-3", "24972-2", "24970-6", "24969-8", "24983-9", "24984-7", "24928-4"
        })
        List<String> procedureCodes) {
  public RadiographProperties {
    modalities = List.copyOf(modalities);
    bodyParts = bodyParts.stream().map(RadiographProperties::plain).toList();
    description = Pattern.compile(description.pattern(), Pattern.CASE_INSENSITIVE);
    procedureCodes = List.copyOf(procedureCodes);
    if (modalities.isEmpty()) {
      throw new IllegalArgumentException("spinexr.radiographs.modalities must not be empty");
    }
  }

  /** Upper case letters and digits only: {@code "L-Spine"} is {@code LSPINE}. */
  static String plain(String bodyPart) {
    return bodyPart.toUpperCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]", "");
  }
}
